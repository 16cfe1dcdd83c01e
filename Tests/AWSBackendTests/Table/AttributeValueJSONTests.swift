import AWSClient
import FoundationEssentials
import Support
import Testing

@testable import AWSBackend

struct AttributeValueJSONTests {
  static let cases: [(AttributeValue, String)] = [
    (.string("x"), #""x""#), (.string(""), #""""#), (.null, "null"), (.bool(true), "true"), (.number("7"), "7"),
    (.number("-0.5"), "-0.5"), (.number("9223372036854775807"), "9223372036854775807"),
    (.number("9223372036854775808"), #"{"N":"9223372036854775808"}"#),
    (.number("0.1234567890123456789"), #"{"N":"0.1234567890123456789"}"#),
    (.number("123456789012.345"), "123456789012.345"),
    (.list([.number("1"), .list([])]), "[1,[]]"), (.map([:]), "{}"), (.map(["a": .string("b")]), #"{"a":"b"}"#),
    (.strings(["b", "a"]), #"{"SS":["a","b"]}"#), (.numbers(["2", "10.5"]), #"{"NS":["10.5","2"]}"#),
    (.binary([0, 255]), #"{"B":"AP8="}"#), (.binaries([[2], [1]]), #"{"BS":["AQ==","Ag=="]}"#),
    // Maps that look like the above.
    (.map(["SS": .list([.string("a")])]), #"{"M":{"SS":["a"]}}"#),
    (.map(["SS": .strings(["a"])]), #"{"SS":{"SS":["a"]}}"#), (.map(["SS": .list([])]), #"{"SS":[]}"#),
    (.map(["N": .string("many")]), #"{"N":"many"}"#), (.map(["N": .string("1")]), #"{"M":{"N":"1"}}"#),
    (.map(["B": .string("%")]), #"{"B":"%"}"#), (.map(["M": .map([:])]), #"{"M":{"M":{}}}"#),
    (.map(["M": .map(["M": .map(["N": .string("1")])])]), #"{"M":{"M":{"M":{"M":{"M":{"N":"1"}}}}}}"#),
    (.map(["SS": .list([.string("a")]), "x": .null]), #"{"SS":["a"],"x":null}"#),
  ]

  @Test("What is not understood is JSON that comes back the same", arguments: cases)
  func roundTrip(value: AttributeValue, text: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let json = JSONValue(value)
    #expect(String(decoding: try encoder.encode(json), as: UTF8.self) == text)
    #expect(AttributeValue(json) == value)
    #expect(AttributeValue(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) == value)
  }

  @Test("So do random values of every shape")
  func random() {
    for _ in 0..<2000 {
      let value = Self.random(depth: 4)
      #expect(AttributeValue(JSONValue(value)) == value)
    }
  }

  private static func random(depth: Int) -> AttributeValue {
    let text = ["", "1", "AQ==", "x", "M"].randomElement() ?? ""
    let keys = ["M", "N", "B", "SS", "NS", "BS", "L", "a"]
    switch Int.random(in: 0...(depth > 0 ? 11 : 7)) {
    case 0: return .string(text)
    case 1: return .number(String(Int.random(in: -9...9)))
    case 2: return .bool(.random())
    case 3: return .null
    case 4: return .strings(["a", text])
    case 5: return .numbers(["1"])
    case 6: return .binary([1])
    case 7: return .binaries([[1], [2]])
    case 8, 9: return .list((0..<Int.random(in: 0...2)).map { _ in random(depth: depth - 1) })
    default:
      var map: [String: AttributeValue] = [:]
      for _ in 0..<Int.random(in: 0...2) { map[keys.randomElement() ?? "a"] = random(depth: depth - 1) }
      return .map(map)
    }
  }
}

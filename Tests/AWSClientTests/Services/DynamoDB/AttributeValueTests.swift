import FoundationEssentials
import Testing

@testable import AWSClient

struct AttributeValueTests {
  static let all: [(AttributeValue, String)] = [
    (.string("a\u{1b}é"), #"{"S":"a\u001bé"}"#),
    (.number("123456789012345678901234567890.12345678"), #"{"N":"123456789012345678901234567890.12345678"}"#),
    (.binary([0, 255, 16]), #"{"B":"AP8Q"}"#),
    (.bool(false), #"{"BOOL":false}"#),
    (.null, #"{"NULL":true}"#),
    (.strings(["b", "a"]), #"{"SS":["a","b"]}"#),
    (.numbers(["2", "1.5"]), #"{"NS":["1.5","2"]}"#),
    (.binaries([[2], [1]]), #"{"BS":["AQ==","Ag=="]}"#),
    (.list([.string("x"), .null, .list([])]), #"{"L":[{"S":"x"},{"NULL":true},{"L":[]}]}"#),
    (.map(["k": .map(["l": .number(-7)])]), #"{"M":{"k":{"M":{"l":{"N":"-7"}}}}}"#),
  ]

  @Test("Each of the ten types is written and read as DynamoDB has it", arguments: all)
  func types(value: AttributeValue, text: String) throws {
    #expect(String(decoding: try JSONEncoder().encode(value), as: UTF8.self) == text)
    #expect(try JSONDecoder().decode(AttributeValue.self, from: Data(text.utf8)) == value)
    #expect(text.hasPrefix("{\"\(value.type)\""))
  }

  @Test(
    "What is no attribute value is an error",
    arguments: ["{}", "[]", "1", #"{"X":1}"#, #"{"N":1}"#, #"{"B":"%"}"#, #"{"L":[{}]}"#, #"{"SS":"a"}"#])
  func garbage(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(AttributeValue.self, from: Data(text.utf8)) }
  }

  static let numbers: [(AttributeValue, Int64?)] = [
    (.number("12"), 12), (.number("-9223372036854775808"), .min), (.number("1e3"), nil),
    (.number("9223372036854775808"), nil), (.number("1.5"), nil), (.string("12"), nil), (.null, nil),
  ]

  @Test("Whole numbers are those within 64 bits", arguments: numbers)
  func integers(value: AttributeValue, expected: Int64?) {
    #expect(value.integer == expected)
  }
}

import FoundationEssentials
import Testing

@testable import Support

@Suite struct JSONTextTests {
  @Test(
    "Every text is written as JSONEncoder writes it",
    arguments: [
      "", "docker.io/library/alpine:3.20", "a\"b", "back\\slash", "tab\tline\nreturn\r", "\u{0}\u{1}\u{1f}\u{8}\u{c}",
      "é",
      "日本", "😀", "\u{7f}\u{85}\u{9b}", "\u{202e}rtl", "\u{2028}\u{2029}", "</script>",
    ])
  func texts(text: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = JSONText()
    json.value(text)
    #expect(
      String(decoding: json.take(), as: UTF8.self)
        == String(decoding: try encoder.encode(JSONValue.string(text)), as: UTF8.self).withJSONEscapes)
  }

  @Test func valuesStandInTheirPlacesWithCommasBetween() throws {
    var json = JSONText()
    json.beginObject()
    json.key("a")
    json.beginArray()
    json.value(1)
    json.value(nil as String?)
    json.beginArray()
    json.endArray()
    json.beginObject()
    json.endObject()
    json.value(.object(["z": .bool(true), "b": .null]))
    json.endArray()
    json.key("b")
    json.value(false)
    #expect(String(decoding: json.take(), as: UTF8.self) == #"{"a":[1,null,[],{},{"b":null,"z":true}],"b":false"#)
    json.key("c")
    json.value("d")
    json.endObject()
    #expect(String(decoding: json.take(), as: UTF8.self) == #","c":"d"}"#)
    #expect(json.take().isEmpty)
  }
}

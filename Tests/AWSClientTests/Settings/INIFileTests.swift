import Testing

@testable import AWSClient

@Suite struct INIFileTests {
  private func read(_ text: String) throws -> INIFile {
    try INIFile(Array(text.utf8), file: "f")
  }

  @Test(
    "Sections and properties are read as the AWS CLI reads them",
    arguments: [
      ("[a]\nx = 1\ny: 2\nz=", ["x": "1", "y": "2", "z": ""]),
      ("# c\n; c\n\n[a]\r\n  # c\r\n X_y =  one two \r\n", ["x_y": "one two"]),
      ("[a] ; more\nx = 1 # no comment\nu = a=b:c", ["x": "1 # no comment", "u": "a=b:c"]),
      ("[a]\nx = 1\n  and 2\n\n  # c\n  and 3\ny = 4", ["x": "1\nand 2\n\nand 3", "y": "4"]),
      ("[b]\nx = 1\n[a]\n  x = 2\n  y = 3\n[c]\n", ["x": "2", "y": "3"]),
      ("\u{feff}[a]\nname = ünï", ["name": "ünï"]),
      ("[a]", [:]),
    ] as [(String, [String: String])])
  func reading(text: String, properties: [String: String]) throws {
    #expect(try read(text).sections["a"]?.properties.mapValues(\.value) == properties)
  }

  @Test func indentedLinesBelowNothingAreNestedProperties() throws {
    let file = try read("[a]\ns3 =\n  Key = 1\n\n  # c\n  other=a = b\nx = 2\n")
    let properties = try #require(file.sections["a"]?.properties)
    #expect(properties["s3"]?.nested.mapValues(\.value) == ["Key": "1", "other": "a = b"])
    #expect(properties["s3"]?.nested["other"]?.location == "f, line 6")
    #expect(properties["x"]?.value == "2")
  }

  @Test(
    "A mistake is named with its line, and nothing of what stands there is shown",
    arguments: [
      ("x = hush\n[a]", "f, line 1: a [section] must come before"),
      ("[a]\nhush", "f, line 2: this is neither a [section] nor a name = value"),
      ("[a]\n= hush", "f, line 2: the name before the = is missing"),
      ("[a]\n[b]\n[a]\n", "f, line 3: the section [a] is there twice, first in f, line 1"),
      ("[a]\nx = 1\n\nX = hush", "f, line 4: this property of [a] is there twice, first in f, line 2"),
      ("[a]\nx =\n  hush", "f, line 3: a name = value is expected here"),
      ("[]\n", "f, line 1: this is neither"),
      ("[a\nx = 1", "f, line 1: this is neither"),
    ])
  func mistakes(text: String, sentence: String) {
    let error = #expect(throws: AWSSettingsError.self) { try read(text) }
    #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains("hush") == false)
  }

  @Test func whatIsNoTextIsAMistake() {
    #expect(throws: AWSSettingsError.self) { try INIFile([0x5b, 0xff, 0x5d], file: "f") }
  }

  @Test func valuesAreInNoDescription() throws {
    let file = try read("[a]\naws_secret_access_key = hush\nx =\n  y = hush")
    var dumped = ""
    dump(file, to: &dumped)
    #expect(!"\(file) \(String(reflecting: file)) \(dumped)".contains("hush"))
  }
}

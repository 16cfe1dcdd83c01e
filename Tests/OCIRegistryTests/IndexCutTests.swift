import Testing

@testable import OCIRegistry

@Suite struct IndexCutTests {
  static func entry(_ number: UInt8, _ more: String = "") -> String {
    #"{"digest":"\#(Digest.sha256(of: [number]))","size":1\#(more)}"#
  }

  static func index(_ entries: [String], _ separator: String = ",") -> String {
    #"{"schemaVersion":2,"manifests":[\#(entries.joined(separator: separator))],"annotations":{"a":"[]{}\""}}"#
  }

  @Test("An index keeps every byte but those of images that are cut out", arguments: [",", ", ", ",\n    ", "\r\n,\t"])
  func kept(separator: String) throws {
    let entries = (0..<4).map { Self.entry($0, #","annotations":{"x":"]},\\\"{"},"urls":[[],["]"]]"#) }
    let whole = Self.index(entries, separator)
    for places in [[0], [3], [1, 2], [0, 2, 3], [0, 1, 2, 3]] {
      let cut = try IndexCut.keep(places, of: Array(whole.utf8))
      #expect(String(decoding: cut, as: UTF8.self) == Self.index(places.map { entries[$0] }, separator))
    }
  }

  @Test("What stands around the images stays, however it is laid out")
  func layout() throws {
    let text = """
      {
         "annotations" : { "manifests": "[1]" }, "manifests" : [
            \(Self.entry(1)) ,
            \(Self.entry(2))
         ] ,
         "schemaVersion": 2
      }

      """
    let cut = String(decoding: try IndexCut.keep([1], of: Array(text.utf8)), as: UTF8.self)
    #expect(cut == text.replacing("\(Self.entry(1)) ,\n      ", with: ""))
  }

  @Test(
    "What is no index, or one that readers of JSON may read differently, is refused",
    arguments: [
      "", "{}", "[]", #"{"schemaVersion":2}"#, #"{"schemaVersion":2,"config":{},"layers":[]}"#,
      #"{"schemaVersion":2,"manifests":[\#(entry(1)),\#(entry(2))],"manifests":[\#(entry(2))]}"#,
      #"{"schemaVersion":2,"manif\u0065sts":[\#(entry(1))]}"#,
    ])
  func refused(text: String) {
    #expect(throws: IndexCut.Fault.self) { try IndexCut.keep([0], of: Array(text.utf8)) }
  }

  @Test func aPlaceThatTheIndexHasNotIsRefused() {
    let index = Array(Self.index([Self.entry(1)]).utf8)
    for places in [[1], [-1], [0, 1]] {
      #expect(throws: IndexCut.Fault.self) { try IndexCut.keep(places, of: index) }
    }
  }
}

import Foundation
import Testing

@Suite("What the fuzzer begins with")
struct CorpusTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  private static let corpus = folder.appending(path: "Corpus")

  private static func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("Whatever is in its corpus, a parser holds to what it must", arguments: FuzzTarget.all.map(\.name))
  func replay(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let seeds = Self.corpus.appending(path: name)
    let files = try Self.names(in: seeds)
    #expect(files.count >= 5, "the corpus of \(name) is too small to begin with")
    for file in files {
      let bytes = try Data(contentsOf: seeds.appending(path: file))
      #expect(bytes.count <= target.longest, "the fuzzer would cut \(name)/\(file)")
      do throws(Broken) {
        try target.run(Array(bytes))
      } catch {
        Issue.record("\(name)/\(file): \(error)")
      }
    }
  }

  @Test("Every folder and dictionary is a target's, and all of it is small")
  func places() throws {
    let names = FuzzTarget.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(try Self.names(in: Self.corpus) == names.sorted())
    for dictionary in try Self.names(in: Self.folder.appending(path: "Dictionaries")) {
      #expect(names.contains { "\($0).dict" == dictionary }, "\(dictionary) is no target's")
    }
    var size = 0
    for file in try FileManager.default.subpathsOfDirectory(atPath: Self.corpus.path) {
      let attributes = try FileManager.default.attributesOfItem(atPath: Self.corpus.appending(path: file).path)
      if attributes[.type] as? FileAttributeType == .typeRegular { size += attributes[.size] as? Int ?? 0 }
    }
    #expect(size < 1 << 20)
  }
}

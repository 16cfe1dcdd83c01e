import OCIRegistry
import Support
import Testing

@testable import MirrorCore

@Suite struct SkopeoLimitTests {
  @Test(
    "Which version cannot copy what is a table",
    arguments: [
      ("1.9.3", [SkopeoLimit.nestedIndex, .artifactTypes]), ("1.14.5", [.nestedIndex, .artifactTypes, .zstdLayers]),
      ("1.15.0", [.nestedIndex, .zstdLayers]), ("1.22.2", [.nestedIndex, .zstdLayers]), ("1.23.0", [.nestedIndex]),
    ])
  func versions(version: String, limits: [SkopeoLimit]) throws {
    let version = try #require(SemanticVersion(version))
    #expect(SkopeoLimit.allCases.filter { $0.holds(for: version) } == limits)
  }

  private func index(_ entries: String...) throws -> [Manifest.Child] {
    let digest = "sha256:" + String(repeating: "0a", count: 32)
    let list = entries.map { #"{"digest": "\#(digest)", "size": 1, \#($0)}"# }.joined(separator: ",")
    let json = #"{"schemaVersion": 2, "mediaType": "\#(MediaType.ociIndex)", "manifests": [\#(list)]}"#
    guard case .index(let children) = try Manifest(json: Array(json.utf8)) else { return [] }
    return children
  }

  @Test("What is in an index tells which limit it meets, and whether a newer version helps")
  func causes() throws {
    let old = try #require(SemanticVersion("1.9.3"))
    let newer = try #require(SemanticVersion("1.15.0"))
    let plain = #""mediaType": "\#(MediaType.ociManifest)""#
    let soci = plain + #", "artifactType": "application/vnd.amazon.soci.index.v2+json""#
    let nested = #""mediaType": "\#(MediaType.dockerList)""#
    let zstd = ["application/vnd.oci.image.layer.v1.tar+zstd"]
    #expect(SkopeoLimit.cause(of: try index(plain), layerTypes: zstd, for: old) == nil)
    #expect(SkopeoLimit.cause(of: try index(plain), layerTypes: zstd, for: newer) == .zstdLayers)
    #expect(SkopeoLimit.cause(of: try index(plain, soci), layerTypes: [], for: old) == .artifactTypes)
    #expect(SkopeoLimit.cause(of: try index(plain, soci), layerTypes: [], for: newer) == nil)
    #expect(SkopeoLimit.cause(of: try index(soci, nested), layerTypes: [], for: newer) == .nestedIndex)
    let image = try ImageReference("r.example/x:1")
    let told = SkopeoLimit.sentence(image, old, cause: .artifactTypes)
    #expect(
      told.hasPrefix("r.example/x:1 cannot be copied by skopeo 1.9.3, as it has an index entry"))
    let never = SkopeoLimit.sentence(image, newer, cause: .nestedIndex)
    #expect(
      never.hasPrefix("r.example/x:1 cannot be copied by skopeo 1.15.0 or any other version so far: it has an index"))
    #expect(SkopeoLimit.sentence(image, newer, cause: nil).contains("a newer version may keep it"))
  }

  @Test(
    "skopeo's words for what it cannot do are final, and a registry's refusal of an index is not among them",
    arguments: [
      "copying image 1/1 from manifest list: Unexpectedly received a manifest list instead of a manifest for a single image",
      #"Manifest list must be converted to type "x" to be written to destination, but we cannot modify it: "Instructed to preserve digests""#,
      #"Manifest list was edited, but we cannot modify it: "Instructed to preserve digests""#,
    ])
  func words(message: String) {
    let failure = CopyFailure(skopeo: message, exit: "exit code 1")
    #expect(failure.verdict == .badInput && failure.cause == .form)
  }
}

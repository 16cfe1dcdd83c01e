import Foundation
import MemoryBackend
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// What a job does where the destination's repository has the image already.
@Suite struct TaggedJobTests {
  static let child = #"{"schemaVersion":2,"config":{"digest":"\#(Scene.old)","size":1},"layers":[]}"#
  static let index = """
    {"schemaVersion":2,"manifests":[{"digest":"\(Digest.sha256(of: Array(child.utf8)))","size":1}]}
    """
  private static let twin = "d.example/app:1.0"

  /// With an index at the source, and there under another tag.
  private func scene(children: Bool = true) async throws -> Scene {
    let scene = Scene()
    try await scene.addRow()
    scene.registries.push(manifest: Self.index, to: Scene.source)
    scene.registries.push(manifest: Self.index, to: Self.twin, mediaType: MediaType.dockerList)
    if children { scene.registries.push(manifest: Self.child, to: "d.example/app:untagged") }
    return scene
  }

  @Test("It gets the tag, of the type that is there: nothing is copied, and the source is read by no GET")
  func tagged() async throws {
    let scene = try await scene()
    scene.registries.push(Scene.old, to: Scene.here)
    #expect(await scene.job(scene.order([Scene.here])).run() == .fine)
    #expect(scene.copier.copies.isEmpty)
    #expect(scene.registries.asked.allSatisfy { !$0.hasPrefix("GET r.example") })
    #expect(scene.registries.asked.filter { $0.hasPrefix("PUT") } == ["PUT d.example/v2/app/manifests/1"])
    let digest = Digest.sha256(of: Array(Self.index.utf8))
    #expect(scene.registries.digest(of: Scene.here) == digest)
    #expect(scene.registries.mediaType(of: Scene.here) == MediaType.dockerList)
    let observed = try #require(try await scene.observed(Scene.here))
    #expect(observed.state == .inSync && observed.digest == digest)
    #expect(
      try await scene.record().destinations == [
        DestinationRecord(reference: Scene.here, outcome: .tagged, before: Scene.old, after: digest)
      ])
  }

  @Test("A tag that was put serves further destinations as a copy does")
  func further() async throws {
    let scene = try await scene()
    #expect(await scene.job(scene.order()).run() == .fine)
    #expect(scene.copier.copies.map(\.source.registry) == ["d.example"])
    #expect(try await scene.record().destinations.map(\.outcome) == [.tagged, .copied])
  }

  @Test("An index of which an image is gone is copied")
  func incomplete() async throws {
    let scene = try await scene(children: false)
    #expect(await scene.job(scene.order([Scene.here])).run() == .fine)
    #expect(try await scene.record().destinations.map(\.outcome) == [.copied])
  }

  @Test("Where the registry does not take the manifest alone the image is copied")
  func refused() async throws {
    let scene = try await scene()
    scene.registries.refuseManifests("d.example")
    #expect(await scene.job(scene.order([Scene.here])).run() == .fine)
    #expect(try await scene.record().destinations.map(\.outcome) == [.copied])
  }

  @Test("A source whose signatures a policy of the machine asks for is copied, for skopeo to look at it")
  func policy() async throws {
    let scene = try await scene()
    scene.copier.mistrust("r.example")
    #expect(await scene.job(scene.order([Scene.here])).run() == .fine)
    #expect(scene.registries.asked.allSatisfy { !$0.hasPrefix("PUT") })
    #expect(try await scene.record().destinations.map(\.outcome) == [.copied])
  }
}

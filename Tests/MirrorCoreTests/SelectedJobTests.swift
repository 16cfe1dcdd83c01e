import MemoryBackend
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// What a job does for a row that selects platforms.
@Suite struct SelectedJobTests {
  static let names = ["linux/amd64", "linux/arm64", "linux/s390x", "of:linux/amd64"]
  static let options = ["platforms": JSONValue.array([.string("linux/amd64"), .string("linux/arm64")])]
  static let kept = ["linux/amd64", "linux/arm64", "of:linux/amd64"]
  static let made = Digest.sha256(of: Array(SelectedImageTests.index(kept).utf8))

  private func scene(
    _ names: [String] = names, options: [String: JSONValue] = options, _ script: @escaping Scene.Script = { _, _ in }
  ) async throws -> Scene {
    let scene = Scene(script)
    try await scene.addRow { $0.options = options }
    scene.registries.push(manifest: SelectedImageTests.index(names), to: Scene.source)
    return scene
  }

  private func run(_ scene: Scene, _ destinations: [String] = [Scene.here, Scene.there]) async -> Verdict {
    await scene.job(scene.order(destinations, options: nil)).run()
  }

  /// How the row's destinations are judged by looks alone.
  private func states(_ scene: Scene) async throws -> [DestinationState] {
    _ = try await scene.service.check(.all)
    var states: [DestinationState] = []
    for destination in [Scene.here, Scene.there] {
      states.append(try await scene.observed(destination)?.state ?? .unknown)
    }
    return states
  }

  private func copies(_ scene: Scene) -> [String] {
    scene.copier.copies.map { "\($0.source.registry) \($0.destination)" }
  }

  @Test("The selected images are copied one by one and an index of them put; HEADs alone tell that it is in step")
  func rebuilt() async throws {
    let scene = try await scene()
    #expect(await run(scene) == .fine)
    #expect(
      copies(scene).prefix(3)
        == ArraySlice(Self.kept.map { "r.example d.example/app@\(SelectedImageTests.digest($0))" }))
    #expect(scene.registries.manifest(of: Scene.here) == SelectedImageTests.index(Self.kept))
    #expect(scene.registries.mediaType(of: Scene.here) == MediaType.ociIndex)
    let observed = try #require(try await scene.observed(Scene.here))
    #expect(observed.state == .inSync && observed.digest == Self.made && observed.error == nil)
    let count = scene.registries.asked.count
    #expect(try await states(scene) == [.inSync, .inSync])
    #expect(scene.registries.asked.dropFirst(count).allSatisfy { $0.hasPrefix("HEAD") })
    #expect(try await scene.record().destinations.map(\.after) == [Self.made, Self.made])
  }

  @Test("With several destinations the images are read at the source once")
  func several() async throws {
    let scene = try await scene()
    #expect(await run(scene) == .fine)
    #expect(
      scene.copier.copies.map(\.source.registry) == Array(repeating: "r.example", count: 3)
        + Array(repeating: "d.example", count: 3))
    #expect(scene.registries.digest(of: Scene.there) == Self.made)
    #expect(try await states(scene) == [.inSync, .inSync])
  }

  @Test("An image that was not selected, new at the source, takes no copy and no write")
  func another() async throws {
    let scene = try await scene()
    #expect(await run(scene) == .fine)
    scene.registries.push(manifest: SelectedImageTests.index(Self.names + ["linux/ppc64le"]), to: Scene.source)
    #expect(try await states(scene) == [.drifted, .drifted])
    let (copied, asked) = (scene.copier.copies.count, scene.registries.asked.count)
    #expect(await run(scene) == .fine)
    #expect(scene.copier.copies.count == copied)
    #expect(scene.registries.asked.dropFirst(asked).allSatisfy { !$0.hasPrefix("PUT") })
    #expect(try await scene.record().destinations.map(\.outcome) == [.skipped, .skipped])
    #expect(try await states(scene) == [.inSync, .inSync])
  }

  @Test("A selected image that changed is copied, and no other")
  func moved() async throws {
    let scene = try await scene(["linux/amd64", "linux/arm64/v8", "linux/s390x"])
    #expect(await run(scene, [Scene.here]) == .fine)
    scene.registries.push(
      manifest: SelectedImageTests.index(["linux/amd64", "linux/arm64", "linux/s390x"]), to: Scene.source)
    #expect(await run(scene, [Scene.here]) == .fine)
    #expect(
      copies(scene).dropFirst(2) == ["r.example d.example/app@\(SelectedImageTests.digest("linux/arm64"))"])
    #expect(try await states(scene) == [.inSync, .missing])
  }

  @Test("A row whose platforms were changed is not in step before they are there, nor one that gets all of them again")
  func edited() async throws {
    let scene = try await scene()
    #expect(await run(scene) == .fine)
    _ = try await scene.service.edit(Scene.source) { $0.select(try PlatformSelection(["linux/s390x"])) }
    #expect(try await states(scene) == [.drifted, .drifted])
    _ = try await scene.service.edit(Scene.source) { $0.select(nil) }
    #expect(try await states(scene) == [.drifted, .drifted])
    #expect(await run(scene) == .fine)
    #expect(try await states(scene) == [.inSync, .inSync])
    // The whole image is more than what is selected.
    _ = try await scene.service.edit(Scene.source) { $0.select(try PlatformSelection(["linux/amd64"])) }
    #expect(try await states(scene) == [.drifted, .drifted])
    #expect(try await scene.observed(Scene.here)?.error == "it was not copied with these platforms yet")
    #expect(await run(scene) == .fine)
    #expect(try await states(scene) == [.inSync, .inSync])
  }

  @Test("A job that was asked for with other platforms than the row has by then does not pass for in step")
  func stale() async throws {
    let scene = try await scene()
    #expect(await scene.job(scene.order(options: ["platforms": .string("linux/s390x")])).run() == .fine)
    #expect(try await states(scene) == [.drifted, .drifted])
  }

  @Test("A platform that the source lacks is said and stays said, and the others are copied")
  func lacking() async throws {
    let scene = try await scene(["linux/amd64", "linux/s390x"])
    #expect(await run(scene) == .fine)
    #expect(try await states(scene) == [.inSync, .inSync])
    #expect(try await scene.observed(Scene.here)?.error == "the source has no linux/arm64")
    #expect(try await scene.record().destinations.first?.error == "the source has no linux/arm64")
  }

  @Test("Where the source has none of the platforms nothing is copied, which is a failure that says what it has")
  func none() async throws {
    let scene = try await scene(["linux/s390x"])
    #expect(await run(scene) == .badInput)
    #expect(scene.copier.copies.isEmpty)
    let observed = try #require(try await scene.observed(Scene.here))
    #expect(observed.state == .failed && observed.error?.contains("it has linux/s390x") == true)
    #expect(try await states(scene) == [.failed, .failed])
  }

  private static func single(_ architecture: String, _ scene: Scene) {
    let config = #"{"architecture":"\#(architecture)","os":"linux","config":{}}"#
    let parts = #""config":{"digest":"\#(scene.registries.push(blob: config))","size":1},"layers":[]"#
    scene.registries.push(
      manifest: #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)",\#(parts)}"#, to: Scene.source,
      mediaType: MediaType.ociManifest)
  }

  @Test("A single image of a selected platform is copied as it is; of another one it is told")
  func single() async throws {
    let scene = try await scene()
    Self.single("arm64", scene)
    #expect(await run(scene) == .fine)
    #expect(copies(scene) == ["r.example \(Scene.here)", "d.example \(Scene.there)"])
    #expect(try await states(scene) == [.inSync, .inSync])
    #expect(try await scene.observed(Scene.here)?.error == "the source has no linux/amd64")
    Self.single("riscv64", scene)
    #expect(await run(scene) == .badInput)
    #expect(try await scene.observed(Scene.here)?.error?.contains("it has linux/riscv64") == true)
  }

  @Test("An index whose images are there already is put without a copy")
  func there() async throws {
    let scene = try await scene()
    for name in Self.kept {
      let digest = SelectedImageTests.digest(name)
      scene.registries.push(digest, to: "d.example/app@\(digest)")
    }
    #expect(await run(scene, [Scene.here]) == .fine)
    #expect(scene.copier.copies.isEmpty && scene.registries.digest(of: Scene.here) == Self.made)
  }

  @Test("What a policy of the machine wants to look at goes through skopeo, there or not")
  func policy() async throws {
    let scene = try await scene()
    scene.copier.mistrust("r.example")
    for name in Self.kept {
      let digest = SelectedImageTests.digest(name)
      scene.registries.push(digest, to: "d.example/app@\(digest)")
    }
    #expect(await run(scene, [Scene.here]) == .fine)
    #expect(scene.copier.copies.count == 3)
  }

  @Test("A registry that does not take the index says so, and nothing passes for copied")
  func refused() async throws {
    let scene = try await scene()
    scene.registries.refuseManifests("d.example")
    #expect(await run(scene, [Scene.here]) == .retry)
    #expect(scene.registries.digest(of: Scene.here) == nil)
    #expect(try await scene.observed(Scene.here)?.state == .failed)
  }

  @Test(
    "A registry's words about the index mean what they mean about a copy",
    arguments: [
      ("tag 1 is immutable", CopyFailure.Cause.immutable, Verdict.refused), ("nobody knows", .manifest, .retry),
      ("quota has been exceeded", .other, .refused),
    ])
  func words(reason: String, cause: CopyFailure.Cause, verdict: Verdict) throws {
    let error = RegistryError(.server(status: 400), subject: Scene.here, registry: "d.example", reason: reason)
    let failure = CopyFailure(put: error, to: try ImageReference(Scene.here))
    #expect(failure.cause == cause && failure.verdict == verdict, "\(failure)")
  }

  // MARK: - Sparse

  static let sparse = options.merging(["sparse": .bool(true)]) { $1 }

  @Test("Sparse, the selected images are copied, and then the source's index alone")
  func sparse() async throws {
    let scene = try await scene(options: Self.sparse)
    #expect(await run(scene, [Scene.here]) == .fine)
    #expect(copies(scene).last == "r.example \(Scene.here)")
    #expect(scene.copier.copies.map(\.isIndexOnly) == [false, false, false, true])
    let digest = Digest.sha256(of: Array(SelectedImageTests.index(Self.names).utf8))
    #expect(scene.registries.digest(of: Scene.here) == digest)
    #expect(try await states(scene) == [.inSync, .missing])
  }

  @Test("Sparse, a platform that is selected later is copied though the index is there")
  func sparseLater() async throws {
    let scene = try await scene(options: Self.sparse)
    #expect(await run(scene, [Scene.here]) == .fine)
    let copied = scene.copier.copies.count
    _ = try await scene.service.edit(Scene.source) {
      $0.select(try PlatformSelection(["linux/amd64,linux/s390x"], isSparse: true))
    }
    #expect(try await states(scene) == [.drifted, .missing])
    #expect(await run(scene, [Scene.here]) == .fine)
    #expect(
      copies(scene).dropFirst(copied) == [
        "r.example d.example/app@\(SelectedImageTests.digest("linux/s390x"))", "r.example \(Scene.here)",
      ])
    #expect(try await states(scene) == [.inSync, .missing])
  }

  @Test("A registry that takes no index with images missing is told with what to do")
  func sparseRefused() async throws {
    let scene = try await scene(options: Self.sparse) { _, copy throws(CopyFailure) in
      if copy.isIndexOnly { throw CopyFailure(.retry, "skopeo could not copy: manifest blob unknown: x") }
    }
    #expect(await run(scene, [Scene.here]) == .refused)
    #expect(try await scene.observed(Scene.here)?.error?.contains("ecrmirror edit --no-sparse") == true)
  }
}

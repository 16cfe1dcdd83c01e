import Foundation
import MemoryBackend
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// What a job does about repositories of a registry that makes none by a push.
@Suite struct RepositoryJobTests {
  private static let repository = "d.example/app"

  /// A registry that keeps its repositories, and refuses copies to those that it lacks, as skopeo tells it.
  private func scene(lacking: Bool = true) async throws -> Scene {
    let scene = Scene { registries, copy async throws(CopyFailure) in
      guard registries.keeper.lacks(copy.destination.withoutTag.description) else { return }
      throw CopyFailure(
        skopeo: "writing blob: initiating layer upload to /v2/app/blobs/uploads/ in d.example: name unknown: unknown",
        exit: "1", about: [copy.source, copy.destination])
    }
    try await scene.addRow()
    scene.registries.keeper.keep("d.example")
    if lacking { scene.registries.keeper.lack(Self.repository) }
    return scene
  }

  private func settings(_ change: (inout RepositorySettings) -> Void = { _ in }) -> RepositorySettings {
    var settings = RepositorySettings()
    change(&settings)
    return settings
  }

  @Test("One that is missing is made before the copy, with the settings, and not again") func made() async throws {
    let scene = try await scene()
    let wanted = settings { $0.imageTagMutability = "IMMUTABLE" }
    for number in 1...2 {
      var job = scene.job(scene.order([Scene.here], id: "j\(number)"))
      job.newRepositories = wanted
      #expect(await job.run() == .fine)
    }
    #expect(scene.registries.keeper.made.map(\.repository) == [Self.repository])
    #expect(scene.registries.keeper.made.map(\.settings) == [wanted])
    #expect(scene.copier.copies.count == 1)
    #expect(try await scene.observed(Scene.here)?.state == .inSync)
  }

  @Test("Where the registry told nothing before, the copy's refusal leads to the same") func late() async throws {
    let scene = try await scene()
    // Then no look at the repository comes before the copy.
    scene.copier.mistrust("r.example")
    var job = scene.job(scene.order([Scene.here]))
    job.newRepositories = settings()
    #expect(await job.run() == .fine)
    #expect(scene.registries.keeper.made.count == 1 && scene.copier.copies.count == 2)
  }

  @Test("That the source's repository went is not taken for the destination's") func source() async throws {
    let scene = Scene { _, copy async throws(CopyFailure) in
      throw CopyFailure(
        skopeo: "initializing source docker://r.example/app: reading manifest 1 in r.example/app: name unknown",
        exit: "1", about: [copy.source, copy.destination])
    }
    try await scene.addRow()
    scene.registries.keeper.keep("d.example")
    var job = scene.job(scene.order([Scene.here]))
    job.newRepositories = settings()
    #expect(await job.run() == .refused)
    #expect(scene.registries.keeper.made.isEmpty && scene.copier.copies.count == 1)
    #expect(MissingRepository(reason: try await scene.observed(Scene.here)?.error) == nil)
  }

  @Test("Without leave it stays missing, and the reason says how it comes to be") func forbidden() async throws {
    let scene = try await scene()
    #expect(await scene.job(scene.order([Scene.here])).run() == .refused)
    #expect(scene.registries.keeper.made.isEmpty)
    let observed = try #require(try await scene.observed(Scene.here))
    #expect(observed.state == .failed)
    #expect(MissingRepository(reason: observed.error)?.name == Self.repository)
    #expect(observed.error?.contains("`ecrmirror create-repository d.example/app`") == true)
    #expect(observed.error?.contains("ecr.createRepositories") == true)
  }

  @Test("A row says it for itself, and goes before what is configured", arguments: [true, false])
  func row(says isWanted: Bool) async throws {
    let scene = try await scene()
    var job = scene.job(scene.order([Scene.here], options: [NewRepositories.option: .bool(isWanted)]))
    job.newRepositories = isWanted ? nil : settings()
    #expect(await job.run() == (isWanted ? .fine : .refused))
    #expect(scene.registries.keeper.made.count == (isWanted ? 1 : 0))
  }

  @Test(
    "That somebody made it meanwhile, or that the push makes it, is no failure",
    arguments: [RepositoryMaking.wasThere, .leftToPush(template: "app")])
  func race(making: RepositoryMaking) async throws {
    let scene = try await scene()
    scene.registries.keeper.answer(.success(making), to: Self.repository)
    var job = scene.job(scene.order([Scene.here]))
    job.newRepositories = settings()
    #expect(await job.run() == .fine)
    #expect(scene.copier.copies.count == 1)
  }

  @Test("One that cannot be made fails the destination with the reason", arguments: [true, false])
  func fault(passes: Bool) async throws {
    let scene = try await scene()
    let fault = RepositoryFault("the quota is used up; ask for more", isPassing: passes)
    scene.registries.keeper.answer(.failure(fault), to: Self.repository)
    var job = scene.job(scene.order([Scene.here]))
    job.newRepositories = settings()
    #expect(await job.run() == (passes ? .retry : .refused))
    #expect(try await scene.observed(Scene.here)?.error == fault.description)
    #expect(scene.copier.copies.isEmpty)
  }

  @Test("Other registries are left to make theirs by a push") func others() async throws {
    let scene = try await scene(lacking: false)
    var job = scene.job(scene.order([Scene.there]))
    job.newRepositories = settings()
    #expect(await job.run() == .fine)
    #expect(scene.registries.keeper.made.isEmpty && scene.registries.keeper.asked.isEmpty)
  }

  // MARK: - Immutable tags

  @Test("A tag that may not be moved is blocked before anything is copied, with the way out") func immutable()
    async throws
  {
    let scene = try await scene(lacking: false)
    scene.registries.push(Scene.old, to: Scene.here)
    scene.registries.keeper.set(TagMutability(.immutable), of: Self.repository)
    #expect(await scene.job(scene.order([Scene.here])).run() == .refused)
    #expect(scene.copier.copies.isEmpty)
    let observed = try #require(try await scene.observed(Scene.here))
    #expect(observed.state == .blocked && observed.digest == Scene.old)
    #expect(observed.error?.contains("is immutable, as its repository is IMMUTABLE") == true)
    #expect(observed.error?.contains("filterType=WILDCARD,filter='1'") == true)
  }

  @Test("What is equal is in step, a tag that is excluded is moved, and a new one is nobody's to ask about")
  func mutable() async throws {
    let scene = try await scene(lacking: false)
    scene.registries.keeper.set(TagMutability(.immutableWithExclusion, except: ["1*"]), of: Self.repository)
    #expect(await scene.job(scene.order([Scene.here], id: "j1")).run() == .fine)
    #expect(await scene.job(scene.order([Scene.here], id: "j2")).run() == .fine)
    #expect(scene.registries.keeper.asked.isEmpty && scene.copier.copies.count == 1)
    scene.registries.push(Scene.newer, to: Scene.source)
    #expect(await scene.job(scene.order([Scene.here], id: "j3")).run() == .fine)
    #expect(scene.registries.keeper.asked == [Self.repository] && scene.copier.copies.count == 2)
  }

  @Test("Where the registry does not say, its refusal of the copy does") func silent() async throws {
    let scene = try await scene(lacking: false)
    scene.registries.push(Scene.old, to: Scene.here)
    scene.registries.keeper.silence("d.example")
    #expect(await scene.job(scene.order([Scene.here])).run() == .fine)
    #expect(scene.copier.copies.count == 1)
  }

  // MARK: - Looks

  @Test("A look tells a missing repository from a missing tag") func looks() async throws {
    let scene = try await scene()
    _ = try await scene.service.check(.all)
    let lacking = try #require(try await scene.observed(Scene.here))
    #expect(lacking.state == .missing)
    #expect(lacking.error == "the repository d.example/app does not exist in ECR")
    #expect(try await scene.service.missingRepositories().map(\.repository.name) == [Self.repository])
    let other = try #require(try await scene.observed(Scene.there))
    #expect(other.state == .missing && other.error == nil)
    #expect(try await scene.service.createRepository(Self.repository) == .made)
    _ = try await scene.service.check(.all)
    #expect(try await scene.observed(Scene.here)?.error == nil)
    #expect(try await scene.service.missingRepositories().isEmpty)
  }

  @Test("What is no repository of such a registry is refused", arguments: ["d.example/app:1", "e.example/app", "::"])
  func refused(name: String) async throws {
    let scene = try await scene()
    await #expect(throws: MirrorError.self) { try await scene.service.createRepository(name) }
    #expect(scene.registries.keeper.made.isEmpty)
  }
}

@Suite struct NewRepositoriesTests {
  private static let configured: RepositorySettings = {
    var settings = RepositorySettings()
    settings.scanOnPush = true
    return settings
  }()

  @Test func whatARowSaysGoesBeforeTheConfiguration() throws {
    let option = NewRepositories.option
    #expect(try NewRepositories.settings(row: [:], otherwise: nil) == nil)
    #expect(try NewRepositories.settings(row: [:], otherwise: Self.configured) == Self.configured)
    #expect(try NewRepositories.settings(row: [option: .bool(false)], otherwise: Self.configured) == nil)
    #expect(try NewRepositories.settings(row: [option: .bool(true)], otherwise: Self.configured) == Self.configured)
    #expect(try NewRepositories.settings(row: [option: .bool(true)], otherwise: nil) == RepositorySettings())
    let own = JSONValue.object(["imageTagMutability": .string("IMMUTABLE"), "tags": .object(["a": .string("b")])])
    let settings = try #require(try NewRepositories.settings(row: [option: own], otherwise: Self.configured))
    #expect((settings.imageTagMutability, settings.tags, settings.scanOnPush) == ("IMMUTABLE", ["a": "b"], nil))
  }

  @Test(
    "A row's option that cannot be used is an error that says so",
    arguments: [
      (JSONValue.string("yes"), "must be true, false or an object"),
      (.object(["mutable": .bool(true)]), "has no key 'mutable'"),
      (.object(["scanOnPush": .string("yes")]), "scanOnPush of createRepository is not of the right type"),
      (.object(["imageTagMutability": .string("NEVER")]), "imageTagMutability must be one of"),
    ])
  func mistakes(option: JSONValue, words: String) {
    let error = #expect(throws: MirrorError.self) {
      try NewRepositories.settings(row: [NewRepositories.option: option], otherwise: nil)
    }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func theReasonIsReadBack() throws {
    let missing = MissingRepository(try ImageReference("1.dkr.example:5000/team/app:1.2"))
    #expect(missing.name == "1.dkr.example:5000/team/app")
    for reason in [missing.reason, missing.fact] { #expect(MissingRepository(reason: reason) == missing) }
    for reason in ["the repository", "the repository a b does not exist in ECR", "", nil] {
      #expect(MissingRepository(reason: reason) == nil)
    }
  }
}

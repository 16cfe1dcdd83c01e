import FoundationEssentials
import MemoryBackend
import OCIRegistry
import Support
import Testing

@testable import MirrorCore

/// Two rows with one destination, from the row that is written to the copy that is not made.
@Suite struct ContestedTests {
  static let one = MirrorEntry(source: "r.example/team/ssorder:1", destinations: ["d.example/ssorder:1"])
  static let two = MirrorEntry(source: "r.example/team/ssorder/ssorder:1", destinations: ["d.example/ssorder:1"])

  /// With both rows in the table, as another program left them there, and an image for each.
  private func scene() async throws -> Scene {
    let scene = Scene()
    scene.registries.push(Scene.new, to: Self.one.source)
    scene.registries.push(Scene.newer, to: Self.two.source)
    try await scene.backend.table.write([.add(Self.one), .add(Self.two)])
    return scene
  }

  private func state(_ scene: Scene, _ row: MirrorEntry) async throws -> DestinationState? {
    try await scene.observed("d.example/ssorder:1", of: row.source)?.state
  }

  @Test("No check, run, push or person has anything copied there, and each row names the other")
  func nothingIsCopied() async throws {
    let scene = try await scene()
    #expect(try await scene.service.check(.all).found == [.contested: 2])
    #expect(try await scene.service.mirror(.all).requests.isEmpty)
    #expect(try await scene.service.mirror(.sources([Self.one.source])).requests.isEmpty)
    #expect(try await scene.service.run(id: "r1", holder: "t").1.requests.isEmpty)
    #expect(try await scene.service.push(ImageReference(Self.two.source)).requests.isEmpty)
    let rows = try await scene.service.snapshot().mirrors
    #expect(rows.map(\.state) == [.contested, .contested] && DestinationState.contested.isProblem)
    for (row, other) in [(Self.one, Self.two), (Self.two, Self.one)] {
      let error = try await scene.observed("d.example/ssorder:1", of: row.source)?.error
      #expect(error?.contains("the mirror of \(other.source) also copies to it") == true)
    }
  }

  @Test("Once one of them is deleted, disabled or edited the other is copied", arguments: 0...2)
  func decided(way: Int) async throws {
    let scene = try await scene()
    _ = try await scene.service.check(.all)
    switch way {
    case 0: _ = try await scene.service.remove(Self.one.source)
    case 1: _ = try await scene.service.edit(Self.one.source) { $0.enabled = false }
    default: _ = try await scene.service.edit(Self.one.source) { $0.destinations = ["d.example/other"] }
    }
    let report = try await scene.service.mirror(.sources([Self.two.source]))
    #expect(report.submissions.count == 1)
    try await scene.work()
    #expect(try await state(scene, Self.two) == .inSync)
  }

  @Test("The second row is refused at add, edit, enable and import, with both named; what is left of a row can change")
  func refused() async throws {
    let scene = Scene()
    let service = scene.service
    func expectRefusal(_ body: () async throws -> Void) async {
      await #expect {
        try await body()
      } throws: { error in
        let words = "\(error)"
        return words.contains("r.example/team/ssorder:1") && words.contains("r.example/team/ssorder/ssorder:1")
      }
    }
    await expectRefusal { _ = try await service.importRows([Self.one, Self.two]) }
    await expectRefusal { _ = try await service.importRows([Self.one, Self.two], dryRun: true) }
    try await service.add(Self.one)
    await expectRefusal { try await service.add(Self.two) }
    await expectRefusal { _ = try await service.importRows([Self.two]) }
    var other = Self.two
    other.destinations = ["d.example/other"]
    try await service.add(other)
    await expectRefusal { _ = try await service.edit(Self.two.source) { $0.destinations = Self.two.destinations } }
    _ = try await service.edit(Self.two.source) {
      $0.enabled = false
      $0.destinations = Self.two.destinations
    }
    await expectRefusal { _ = try await service.edit(Self.two.source) { $0.enabled = true } }
    // A file that moves a destination from one row to the other.
    var moved = Self.one
    moved.destinations = ["d.example/elsewhere"]
    #expect(try await service.importRows([moved, Self.two]).written.count { $0.old != nil } == 2)
  }

  @Test("A row that shares its destination already can be changed otherwise")
  func otherChanges() async throws {
    let scene = try await scene()
    let later = Date.now + 86_400
    _ = try await scene.service.edit(Self.one.source) { $0.expires = later }
    #expect(try await scene.backend.table.entry(Self.one.source)?.expires == later)
  }

  @Test("Rules that were seen to pick one tag are contested at that tag alone")
  func rules() async throws {
    let scene = Scene()
    for image in ["r.example/a:1", "r.example/a:2", "r.example/b:2", "r.example/b:3"] {
      scene.registries.push(Digest.sha256(of: Array(image.utf8)), to: image)
    }
    let rows = ["r.example/a", "r.example/b"].map {
      MirrorEntry(source: $0, destinations: ["d.example/x"], tags: TagRule(include: ["*"]))
    }
    try await scene.backend.table.write(rows.map(RowChange.add))
    // Nobody knows yet what the other picks.
    #expect(try await scene.service.run(id: "r1", holder: "t").1.found == [.contested: 4])
    let second = try await scene.service.run(id: "r2", holder: "t").1
    #expect(second.found == [.missing: 2, .contested: 2])
    #expect(second.requests.flatMap(\.destinations).sorted() == ["d.example/x:1", "d.example/x:3"])
  }
}

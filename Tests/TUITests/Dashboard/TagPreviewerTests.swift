import HTTP
import MemoryBackend
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import TUI

@Suite struct TagPreviewerTests {
  private let registries = MemoryRegistries()

  private static func subject(_ rule: TagRule, _ repository: String = "r.example/app") -> TagPreview.Subject {
    TagPreview.Subject(repository: repository, rule: rule)
  }

  @Test("One list of tags answers for every rule, until it is asked for again") func once() async throws {
    for tag in ["3.18-alpine", "3.19-alpine", "3.19", "latest"] {
      registries.push(Digest.sha256(of: Array(tag.utf8)), to: "r.example/app:\(tag)")
    }
    let previewer = TagPreviewer(registries: registries.client)
    #expect(
      await previewer.look(Self.subject(TagRule(suffix: "-alpine")), again: false)
        == .selected(["3.19-alpine", "3.18-alpine"], count: 2, total: 4))
    #expect(
      await previewer.look(Self.subject(TagRule(latest: 1)), again: false) == .selected(["3.19"], count: 1, total: 4))
    #expect(registries.asked.count { $0.contains("tags/list") } == 1)
    registries.push(Digest.sha256(of: [1]), to: "r.example/app:4")
    #expect(
      await previewer.look(Self.subject(TagRule(latest: 1)), again: true) == .selected(["4"], count: 1, total: 5))
  }

  @Test("A registry that refuses is quoted, and one that is silent holds nobody up") func failures() async throws {
    registries.refuse("r.example", with: 503)
    guard
      case .failed(let reason) = await TagPreviewer(registries: registries.client, bound: .seconds(300)).look(
        Self.subject(TagRule()), again: false)
    else { return #expect(Bool(false), "it selected something") }
    #expect(reason.contains("503"), "\(reason)")
    let silent = RegistryClient(transport: Silence(), credentials: AnonymousAccess())
    let previewer = TagPreviewer(registries: silent, bound: .milliseconds(20))
    #expect(
      await previewer.look(Self.subject(TagRule()), again: false)
        == .failed("listing the tags took longer than \(Duration.milliseconds(20).brief)"))
  }

  @Test("What was asked before something newer has no answer") func newest() async throws {
    registries.push(Digest.sha256(of: [1]), to: "r.example/app:1")
    let hung = RegistryClient(transport: Silence(), credentials: AnonymousAccess())
    let previewer = TagPreviewer(registries: hung, bound: .milliseconds(50))
    async let old = previewer.look(Self.subject(TagRule(latest: 1)), again: false)
    async let new = previewer.look(Self.subject(TagRule(latest: 2)), again: false)
    #expect(await [old, new].count { $0 == nil } == 1)
  }

  /// Answers nothing until nobody waits any more.
  private struct Silence: HTTPTransport {
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      try? await Task.sleep(for: .seconds(600))
      throw HTTPError(.cancelled, host: "")
    }
  }
}

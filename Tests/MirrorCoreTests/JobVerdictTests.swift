import OCIRegistry
import Testing

@testable import MirrorCore

@Suite struct JobVerdictTests {
  private func result(_ digest: String?, _ verdict: Verdict? = nil) throws -> DestinationResult {
    var result = DestinationResult(
      destination: try ImageReference("d.example/x:1"), outcome: .copied,
      failure: verdict.map { CopyFailure($0, "it failed") })
    result.after = try digest.map { try Digest($0) }
    return result
  }

  @Test("A job is done only with a digest at every destination to show for it") func verdicts() throws {
    let digest = "sha256:" + String(repeating: "a", count: 64)
    #expect(MirrorJob.verdict([]) == .retry)
    #expect(MirrorJob.verdict([try result(digest)]) == .fine)
    #expect(MirrorJob.verdict([try result(digest), try result(nil)]) == .retry)
    #expect(MirrorJob.verdict([try result(digest), try result(nil, .refused)]) == .refused)
  }

  @Test("A reference that begins with - is none", arguments: ["--help", "-x/y:1", "-"]) func options(text: String) {
    #expect(throws: ReferenceError.self) { try ImageReference(text) }
    #expect(throws: MirrorError.self) {
      try MirrorEntry(source: text, destinations: ["d.example/x:1"]).validate()
    }
    #expect(throws: MirrorError.self) {
      try MirrorEntry(source: "s.example/x:1", destinations: [text]).validate()
    }
  }
}

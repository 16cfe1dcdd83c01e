import OCIRegistry
import Testing

@testable import MirrorCore

@Suite struct SecretPlacesTests {
  private static let signed = "https://b.s3.amazonaws.com/x?X-Amz-Credential=SECRET&X-Amz-Signature=SECRET"

  @Test("A presigned URL in skopeo's words is in no reason") func skopeo() {
    var failure = SkopeoFailure()
    _ = failure.note(#"time="2026-11-28T20:00:00Z" level=fatal msg="reading blob: Get \"\#(Self.signed)\": EOF""#)
    let reason = CopyFailure(skopeo: failure.reason, exit: "exit code 1").reason
    #expect(!reason.contains("SECRET"))
    #expect(reason.contains("https://b.s3.amazonaws.com/x?X-Amz-Credential=***&X-Amz-Signature=***"))
    #expect(reason.hasSuffix(": EOF"))
  }

  @Test("What a registry or a reference says of a secret is in no error") func errors() {
    let error = RegistryError(.denied, subject: "r.example/a:1", registry: "r.example", reason: "see \(Self.signed)")
    #expect(!error.description.contains("SECRET"))
    let reference = #expect(throws: ReferenceError.self) { try ImageReference("u:SECRET@host/x") }
    #expect(reference?.description.contains("\"***@host/x\"") == true)
    let row = #expect(throws: MirrorError.self) {
      try MirrorEntry(source: "u:SECRET@host/x", destinations: ["d.example/x:1"]).validate()
    }
    #expect(row.map { !$0.description.contains("SECRET") && $0.description.contains("***@host/x") } == true)
  }
}

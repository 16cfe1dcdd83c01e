import Foundation
import OCIRegistry
import Testing

@testable import MirrorCore

@Suite struct ProblemCauseTests {
  private static func cause(
    _ state: DestinationState, _ error: String?, source: String = "quay.io/team/app:1.2",
    to reference: String = "mirror.example/team/app:1.2"
  ) -> ProblemCause? {
    ProblemCause(DestinationStatus(reference: reference, source: source, state: state, error: error))
  }

  @Test(
    "Whatever a registry's error is about, its kind is read back from its sentence",
    arguments: [
      (RegistryError.Kind.unauthorized, "requires sign-in", false), (.denied, "denies access", false),
      (.throttled(until: nil), "throttles requests", true), (.throttled(until: .now), "throttles requests", true),
      (.unreachable, "cannot be reached", true), (.timeout, "no answer in time", true),
      (.server(status: 503), "503", true), (.invalidAnswer, "invalid answers", false),
      (.credentials, "credentials cannot be read", true),
      (.misdirected(setting: "x"), "sends requests to a forbidden address", false),
    ])
  func kinds(kind: RegistryError.Kind, words: String, isWhole: Bool) {
    for image in ["quay.io/a/b:1", "quay.io/c/d@sha256:0"] {
      let error = RegistryError(kind, subject: image, registry: "quay.io", reason: "Service \(image) Unavailable")
      #expect(
        RegistryTrouble(sentence: error.description, of: ["docker.io", "quay.io"])
          == RegistryTrouble("quay.io", words, isWhole: isWhole))
    }
    #expect(RegistryTrouble(sentence: "quay.io.evil failed with status 503", of: ["quay.io"]) == nil)
    #expect(RegistryTrouble(sentence: "quay.io failed with status x", of: ["quay.io"]) == nil)
  }

  @Test("Repositories that a registry lacks have one cause, whatever they are called") func repositories() throws {
    for name in ["team/app", "team/other"] {
      let missing = MissingRepository(try ImageReference("mirror.example/\(name):1.2"))
      #expect(Self.cause(.failed, missing.reason)?.title == "mirror.example: the repository is missing")
    }
  }

  @Test("Looks that one registry fails have one cause, those that were not tried any more among them") func looks() {
    let judged = [
      "source: quay.io cannot be reached: connection refused",
      "source: not tried: quay.io failed 3 times in a row: quay.io cannot be reached: connection refused",
    ]
    #expect(
      Set(judged.map { Self.cause(.unreachable, $0) })
        == [ProblemCause(title: "quay.io: cannot be reached", isRegistrys: true)])
    #expect(
      Self.cause(.unreachable, "destination: mirror.example failed with status 503 on mirror.example/team/app:1.2")
        == ProblemCause(title: "mirror.example: 503", isRegistrys: true))
    #expect(
      Self.cause(.unreachable, "source: not tried: checks of quay.io took longer than 5m in one run")
        == ProblemCause(title: "quay.io: slow answers", isRegistrys: true))
    #expect(
      Self.cause(.deferred, Deferral("quay.io", wait: .seconds(3600), now: .now).sentence)
        == ProblemCause(title: "quay.io: asked to retry later", isRegistrys: true))
  }

  @Test("Copies that failed for one reason have one cause, whatever each image is called") func copies() {
    func said(_ image: String, _ tag: String) -> String {
      "skopeo could not copy: Error initializing source docker://quay.io/\(image):\(tag): Error reading manifest \(tag) in quay.io/\(image): received unexpected HTTP status: 503 Service Unavailable; the log says more"
    }
    let causes = [("team/app", "1.2"), ("team/other-app", "v1.3.0-rc.1")].map { image, tag in
      Self.cause(
        .failed, said(image, tag), source: "quay.io/\(image):\(tag)", to: "mirror.example/\(image):\(tag)")
    }
    #expect(Set(causes) == [ProblemCause(title: "quay.io: 503 Service Unavailable", isRegistrys: false)])
    #expect(
      Self.cause(.failed, "skopeo could not copy: writing blob sha256:0123: disk quota exceeded")?.title
        == "disk quota exceeded")
    #expect(Self.cause(.failed, nil) == nil && Self.cause(.failed, "sha256:0123: ") == nil)
  }

  @Test("What each image has for itself has no cause with others") func alone() {
    #expect(Self.cause(.contested, "the mirror of x copies to it too") == nil)
    #expect(Self.cause(.drifted, nil) == nil && Self.cause(.inSync, "converted") == nil)
    #expect(Self.cause(.sourceMissing, nil)?.title == "quay.io: not at the source")
    #expect(Self.cause(.blocked, "in any words")?.title == "mirror.example: the tag is immutable")
  }
}

import FoundationEssentials
import OCIRegistry
import Testing

@testable import MirrorCore

/// How a destination stands: every pair of looks, with every state before.
struct JudgeTests {
  static let a = Digest.sha256(of: [1])
  static let b = Digest.sha256(of: [2])
  static let c = Digest.sha256(of: [3])
  static let before = Date(timeIntervalSince1970: 1_000_000)
  static let now = Date(timeIntervalSince1970: 2_000_000)

  static func found(_ digest: Digest) -> Look {
    .found(ManifestDescriptor(digest: digest, mediaType: "application/vnd.oci.image.index.v1+json", size: 100))
  }

  static func previous(
    _ state: DestinationState, source: Digest? = a, digest: Digest? = b, error: String? = nil,
    converted: Conversion? = nil
  ) -> Observed {
    Observed(
      state: state, sourceDigest: source, digest: digest, since: before, checked: before, error: error, job: "j",
      converted: converted)
  }

  @Test(
    "Without a past the two looks decide",
    arguments: [
      (found(a), found(a), DestinationState.inSync),
      (found(a), found(b), .drifted),
      (found(a), .missing, .missing),
      (found(a), .failed("no route"), .unreachable),
      (.missing, found(a), .sourceMissing),
      (.missing, .missing, .sourceMissing),
      (.missing, .failed("no route"), .sourceMissing),
      (.failed("no route"), found(a), .unreachable),
      (.failed("no route"), .missing, .unreachable),
      (.failed("no route"), .failed("no route"), .unreachable),
    ])
  func looksDecide(source: Look, destination: Look, expected: DestinationState) {
    #expect(Observed.judge(source: source, destination: destination, previous: nil, now: Self.now).state == expected)
  }

  @Test("A failed look is never in sync nor drift, whatever was known", arguments: DestinationState.allCases)
  func failedLookIsUnreachable(state: DestinationState) {
    for (source, destination) in [(Look.failed("x"), Self.found(Self.a)), (Self.found(Self.a), .failed("x"))] {
      let observed = Observed.judge(
        source: source, destination: destination, previous: Self.previous(state), now: Self.now)
      #expect(observed.state == .unreachable)
      #expect(observed.error?.contains("x") == true)
      #expect(observed.digest != nil, "what was last known stays")
    }
  }

  @Test(
    "A drift that a job could not mend stays failed until the source changes",
    arguments: [
      (found(a), found(b), DestinationState.failed), (found(a), .missing, .failed), (found(c), found(b), .drifted),
      (found(c), .missing, .missing), (found(b), found(b), .inSync),
    ])
  func failedStays(source: Look, destination: Look, expected: DestinationState) {
    let previous = Self.previous(.failed, error: "denied")
    let observed = Observed.judge(source: source, destination: destination, previous: previous, now: Self.now)
    #expect(observed.state == expected)
    #expect((observed.error == "denied") == (expected == .failed))
  }

  @Test(
    "An immutable tag stays blocked until either side changes",
    arguments: [
      (a, b, DestinationState.blocked), (c, b, .drifted), (a, c, .drifted), (b, b, .inSync),
    ])
  func blockedStays(source: Digest, destination: Digest, expected: DestinationState) {
    let observed = Observed.judge(
      source: Self.found(source), destination: Self.found(destination), previous: Self.previous(.blocked),
      now: Self.now)
    #expect(observed.state == expected)
  }

  @Test(
    "A converted copy is in sync while both sides still have what it was made from and into",
    arguments: [(a, b, DestinationState.inSync), (c, b, .drifted), (a, c, .drifted)])
  func conversion(source: Digest, destination: Digest, expected: DestinationState) {
    let previous = Self.previous(.inSync, converted: Conversion(from: Self.a, to: Self.b))
    let observed = Observed.judge(
      source: Self.found(source), destination: Self.found(destination), previous: previous, now: Self.now)
    #expect(observed.state == expected)
    #expect((observed.converted != nil) == (expected == .inSync))
  }

  static let amd64 = try? PlatformSelection(["linux/amd64"])

  /// What was copied is remembered as made from `source` with `platforms`, and the row has these now.
  static let selections: [(made: PlatformSelection?, row: PlatformSelection?, there: Digest, DestinationState)] = [
    (amd64, amd64, b, .inSync), (amd64, try? PlatformSelection(["linux/arm64"]), b, .drifted),
    (amd64, amd64, c, .drifted),
    (amd64, nil, b, .drifted), (nil, amd64, b, .drifted), (amd64, nil, a, .inSync), (amd64, amd64, a, .drifted),
  ]

  @Test("With selected platforms only a copy made of the source with just these is in step", arguments: 0..<7)
  func selected(number: Int) {
    let (made, row, there, expected) = Self.selections[number]
    let previous = Self.previous(
      .inSync, error: "the source has no x", converted: Conversion(from: made?.origin(of: Self.a) ?? Self.a, to: Self.b)
    )
    func judge(_ source: Digest) -> Observed {
      Observed.judge(
        source: Self.found(source), destination: Self.found(there), platforms: row, previous: previous, now: Self.now)
    }
    #expect(judge(Self.a).state == expected)
    #expect((judge(Self.a).error == "the source has no x") == (there == Self.b && expected == .inSync))
    #expect(judge(Self.c).state == (there == Self.c && row == nil ? .inSync : .drifted), "the source moved")
  }

  @Test("Platforms say nothing of what cannot be seen, or is not there")
  func selectedUnseen() {
    for (source, destination, state) in [
      (Self.found(Self.a), Look.missing, DestinationState.missing), (.missing, Self.found(Self.a), .sourceMissing),
      (.failed("x"), Self.found(Self.a), .unreachable),
    ] {
      let observed = Observed.judge(
        source: source, destination: destination, platforms: Self.amd64, previous: nil, now: Self.now)
      #expect(observed.state == state)
    }
  }

  @Test("A conversion survives a look that failed")
  func conversionSurvives() {
    let previous = Self.previous(.inSync, converted: Conversion(from: Self.a, to: Self.b))
    let blind = Observed.judge(source: .failed("x"), destination: .failed("x"), previous: previous, now: Self.now)
    let after = Observed.judge(
      source: Self.found(Self.a), destination: Self.found(Self.b), previous: blind, now: Self.now)
    #expect(after.state == .inSync)
  }

  @Test("A state keeps the time it began")
  func since() {
    let same = Observed.judge(
      source: Self.found(Self.a), destination: Self.found(Self.b), previous: Self.previous(.drifted), now: Self.now)
    #expect(same.since == Self.before)
    let other = Observed.judge(
      source: Self.found(Self.a), destination: Self.found(Self.a), previous: Self.previous(.drifted), now: Self.now)
    #expect(other.since == Self.now)
  }
}

import MirrorCore
import Testing

@Suite struct DestinationPatternTests {
  private func row(_ source: String, _ destinations: String...) -> MirrorStatus {
    MirrorStatus(
      entry: MirrorEntry(source: source, destinations: destinations),
      destinations: destinations.map { DestinationStatus(reference: $0, source: source, state: .inSync) })
  }

  private let sources = [
    "docker.io/library/alpine:3.20", "docker.io/grafana/grafana:11", "quay.io/prometheus/prometheus:v2",
    "ghcr.io/fluxcd/source-controller:v1",
  ]

  @Test("The part of the source that destinations end in is found, with what stands before it")
  func recognises() {
    let cases: [(DestinationPattern.Part, [String])] = [
      (.whole, sources),
      (
        .repository,
        ["library/alpine:3.20", "grafana/grafana:11", "prometheus/prometheus:v2", "fluxcd/source-controller:v1"]
      ),
      (.familiar, ["alpine:3.20", "grafana/grafana:11", "prometheus/prometheus:v2", "fluxcd/source-controller:v1"]),
      (.name, ["alpine:3.20", "grafana:11", "prometheus:v2", "source-controller:v1"]),
    ]
    for (part, ends) in cases {
      let rows: [MirrorStatus?] = zip(sources, ends).map {
        row($0, "r.example.com/mirror/\($1)", "s.example.com/\($1)")
      }
      let pattern = DestinationPattern.recognise(in: rows)
      #expect(pattern == DestinationPattern(prefixes: ["r.example.com/mirror/", "s.example.com/"], part: part))
    }
  }

  @Test("Two of three rows make a rule, and what does not follow it is an exception") func exceptions() throws {
    let usual = sources.map { row($0, "r.example.com/\($0)") }
    let odd = [
      row("quay.io/a/b:1", "r.example.com/quay.io/a/b:2"), row("quay.io/a/b:3", "other.example.com/quay.io/a/b:3"),
    ]
    let rows: [MirrorStatus?] = usual + odd + [nil]
    let pattern = try #require(DestinationPattern.recognise(in: rows))
    for row in usual { #expect(pattern.exceptions(of: row).isEmpty) }
    for row in odd { #expect(pattern.exceptions(of: row) == row.destinations) }
    let mixed = row("quay.io/a/b:1", "r.example.com/quay.io/a/b:1", "other.example.com/b:1")
    #expect(pattern.exceptions(of: mixed).map(\.reference) == ["other.example.com/b:1"])
    // A third one, and it is no rule any more.
    let more: [MirrorStatus?] = rows + [row("quay.io/a/b:4", "other.example.com/b:4")]
    #expect(DestinationPattern.recognise(in: more) == nil)
    #expect(DestinationPattern.recognise(in: Array(rows.prefix(2))) == nil)
    #expect(DestinationPattern.recognise(in: [MirrorStatus?]()) == nil)
  }

  @Test("Of a table of any length some hundred rows are looked at") func bounded() {
    final class Counter: @unchecked Sendable { var count = 0 }
    let counter = Counter()
    let usual = row(sources[0], "r.example.com/\(sources[0])")
    let rows = (0..<100_000).lazy.map { _ -> MirrorStatus? in
      counter.count += 1
      return usual
    }
    #expect(DestinationPattern.recognise(in: rows) != nil)
    #expect(counter.count <= 800)
  }
}

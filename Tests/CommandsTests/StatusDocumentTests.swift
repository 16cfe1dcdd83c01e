import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import TestSupport
import Testing

@testable import Commands

@Suite struct StatusDocumentTests {
  private let now = Date(timeIntervalSince1970: 1_795_464_000)

  /// Rows of all kinds: in step, never seen, failed with what may stand in an error, disabled, expired.
  private var entries: [MirrorEntry] {
    var entries = RealNames.references.prefix(7).map { MirrorEntry(source: $0, destinations: ["r.example.com/m"]) }
    let digests = [Digest.sha256(of: [1]), Digest.sha256(of: [2])]
    let errors = [nil, "said \"no\" \\ \u{9b}\u{202e}\n\t/é😀", "password=hunter2", nil]
    for (index, entry) in entries.enumerated() {
      guard index != 1, let image = try? entry.images().first, let destination = image.destinations.first else {
        continue
      }
      var observed = Observed(
        state: index.isMultiple(of: 2) ? .inSync : .failed, sourceDigest: digests[0],
        digest: index == 3 ? nil : digests[index % 2], since: now - 60, checked: now - Double(index),
        error: errors[index % 4], job: index == 3 ? "job-1" : nil)
      if index == 3 { observed.retry = RetryPause(failures: 2, until: now + 3600, definition: entry.definition) }
      entries[index].observed[destination.description] = observed
    }
    entries[4].enabled = false
    entries[4].options = ["platforms": .array([.string("linux/amd64"), .string("linux/arm/v7")])]
    entries[5].expires = now - 1
    entries[6].expires = now + 86_400
    return entries
  }

  private func join(_ entries: [MirrorEntry], _ unreadable: [UnreadableRow] = []) -> Snapshot {
    Snapshot.join(entries: entries, unreadable: unreadable, jobs: [], lastSweep: now - 2, now: now)
  }

  /// The document as `JSONEncoder` writes it, in one piece.
  private func whole(_ snapshot: Snapshot, requests: JSONValue?) throws -> String {
    var fields: [String: JSONValue] = [
      "asOf": .time(now),
      "entries": .array(
        snapshot.mirrors.map { mirror in
          var fields: [String: JSONValue] = [
            "source": .string(mirror.entry.source), "enabled": .bool(mirror.entry.enabled),
            "expires": .time(mirror.entry.expires), "sourceDigest": .text(mirror.sourceDigest?.description),
            "destinations": .array(
              mirror.destinations.map { destination in
                var fields: [String: JSONValue] = [
                  "reference": .string(destination.reference), "digest": .text(destination.digest?.description),
                  "state": .string(destination.state.rawValue), "checkedAt": .time(destination.checkedAt),
                  "error": .text(destination.error), "job": .text(destination.job),
                ]
                if let retry = destination.retry {
                  fields["failures"] = .number(retry.failures)
                  fields["nextTry"] = .time(retry.until)
                }
                return .object(fields)
              }),
          ]
          if let platforms = try? mirror.entry.platforms {
            fields["platforms"] = .array(platforms.platforms.map { .string($0.description) })
            fields["sparse"] = .bool(platforms.isSparse)
          }
          return .object(fields)
        }),
      "summary": .object(
        Dictionary(uniqueKeysWithValues: snapshot.summary.map { ($0.key.rawValue, .integer(Int64($0.value))) })),
      "unreadable": .array(
        snapshot.unreadable.map { .object(["source": .string($0.source), "reason": .string($0.reason)]) }),
    ]
    fields["requests"] = requests
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(JSONValue.object(fields)), as: UTF8.self).withJSONEscapes + "\n"
  }

  @Test(
    "A document that is written page by page is the same, byte by byte, as one that is written whole", arguments: 0...3)
  func pages(_ pages: Int) throws {
    let entries = pages == 0 ? [] : entries
    let unreadable = [UnreadableRow(source: "odd/\"row", reason: "its end is no time")]
    let requests =
      pages == 3 ? JSONValue.object(["r.example": RegistryRequests(sent: 3, tokens: 1, floor: 2).json]) : nil
    var written: [UInt8] = []
    var document = StatusDocument(asOf: now) { written += $0 }
    for start in stride(from: 0, to: entries.count, by: max(pages, 1)) {
      let page = Array(entries[start..<min(start + pages, entries.count)])
      document.add(join(page, start == 0 ? unreadable : []))
    }
    document.end(requests: requests)
    let text = String(decoding: written, as: UTF8.self)
    #expect(text == (try whole(join(entries, pages == 0 ? [] : unreadable), requests: requests)))
    #expect(pages == 0 || text.contains(#""nextTry":"2026"#) && text.contains("password=***"))
  }

  @Test func aLongTableIsHandedOnInPieces() throws {
    var (pieces, longest) = (0, 0)
    var document = StatusDocument(asOf: now) {
      pieces += 1
      longest = max(longest, $0.count)
    }
    let page = join((0..<500).map { MirrorEntry(source: "docker.io/library/app:\($0)", destinations: ["r.example/m"]) })
    for _ in 0..<20 { document.add(page) }
    document.end()
    #expect(pieces > 20)
    #expect(longest < 1 << 17)
  }

  @Test func theOverviewOfALongTableHasASampleFromAllOverIt() throws {
    var overview = StatusOverview()
    for start in stride(from: 0, to: 10_000, by: 250) {
      overview.add(
        join(
          (start..<(start + 250)).map {
            MirrorEntry(source: "docker.io/library/app:\($0)", destinations: ["r.example/m"])
          }
        ).mirrors)
    }
    #expect(overview.mirrors == 10_000 && overview.summary == [.unknown: 10_000])
    #expect((300...801).contains(overview.sample.count))
    #expect(overview.sample.first?.entry.source == "docker.io/library/app:0")
    let last = overview.sample.last?.entry.source.split(separator: ":").last.flatMap { Int($0) } ?? 0
    #expect(last > 9900)
  }
}

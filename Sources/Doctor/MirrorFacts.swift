import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support

/// The rows of a table, as far as it must be known whether they can work.
struct MirrorFacts: Sendable, Equatable {
  var active = 0
  /// Switched off, or over.
  var inactive = 0
  /// With the reasons; the first few of them.
  var unusable: [UnreadableRow] = []
  var unusableCount = 0
  var needs: [String: RegistryNeed] = [:]
  private var claims = DestinationClaims()
  /// What the machine's own files say of them.
  private(set) var machine: MachineFacts

  init(_ machine: MachineFacts = MachineFacts()) {
    self.machine = machine
  }

  private static let shown = 3

  var check: HealthCheck {
    let total = active + inactive + unusableCount
    if unusableCount > 0 {
      let more = unusableCount > unusable.count ? "; and \(unusableCount - unusable.count) more" : ""
      let words = unusable.map { "\($0.source): \($0.reason)" }.joined(separator: "; ")
      return HealthCheck(
        "mirrors", .failed, "\(unusableCount) of \(total) cannot be used: \(words)\(more)",
        advice: "fix them with `ecrmirror edit`, or remove them with `ecrmirror rm`")
    }
    if let contested { return contested }
    if total == 0 { return HealthCheck("mirrors", .ok, "none yet; `ecrmirror add` adds one") }
    return HealthCheck(
      "mirrors", .ok, "\(total) in all" + (inactive > 0 ? ", \(inactive) disabled or expired" : ""))
  }

  private var contested: HealthCheck? {
    let contests = claims.contests
    if contests.isEmpty { return nil }
    let words = contests.prefix(Self.shown).map { "\($0.destination) of \($0.rows.joined(separator: " and "))" }
    let more = contests.count > Self.shown ? "; and \(contests.count - Self.shown) more" : ""
    return HealthCheck(
      "mirrors", .failed,
      "\(contests.count) destinations belong to several mirrors each, and nothing is copied to them: "
        + words.joined(separator: "; ").cleaned + more,
      advice: "decide which one to keep: `ecrmirror rm`, `edit` or `disable` the others, then `ecrmirror check`")
  }

  mutating func add(_ page: TablePage, at now: Date) {
    for row in page.unreadable { addUnusable(row) }
    for entry in page.entries {
      claims.add(entry, now: now)
      guard entry.isActive(at: now) else {
        inactive += 1
        continue
      }
      do throws(MirrorError) {
        _ = try entry.images(sourceTags: ["latest"])
        // What tags a rule finds, only the registry knows; any tag stands for them.
        var open = entry
        if entry.tags != nil { open.tags = TagRule() }
        for image in try open.images(sourceTags: ["latest"]) { add(image) }
        if let reason = entry.limitExceeded {
          addUnusable(UnreadableRow(source: entry.source.cleaned, reason: reason))
        } else {
          active += 1
        }
      } catch {
        addUnusable(UnreadableRow(source: entry.source.cleaned, reason: error.reason))
      }
    }
  }

  private mutating func addUnusable(_ row: UnreadableRow) {
    unusableCount += 1
    if unusable.count < Self.shown { unusable.append(row) }
  }

  private mutating func add(_ image: MirrorImage) {
    for need in machine.needs(of: image) {
      needs[need.reference.registry, default: need].use(need)
    }
    for destination in image.destinations {
      guard let need = machine.need(of: destination) else { continue }
      needs[destination.registry, default: need].isDestination = true
    }
  }
}

extension RegistryNeed {
  /// A source is the better one to ask for: what may be written to is often also read by nobody.
  fileprivate mutating func use(_ source: RegistryNeed) {
    if isDestination { location = source.location }
    isMirror = isMirror && source.isMirror
  }
}

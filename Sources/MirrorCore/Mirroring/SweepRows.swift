import OCIRegistry
import Support

/// Rows of a sweep that wait for the looks at what they name, and which looks these are: no I/O.
struct SweepRows: Sendable {
  struct Row: Sendable {
    let entry: MirrorEntry
    /// What the row mirrors, or why it cannot be used.
    let images: Result<[MirrorImage], MirrorError>

    var targets: [LookTarget] {
      guard case .success(let images) = images else { return [] }
      var targets: [LookTarget] = []
      targets.reserveCapacity(images.count * 2)
      for image in images {
        targets.append(image.sourceTarget)
        for destination in image.destinations { targets.append(LookTarget(destination)) }
      }
      return targets
    }
  }

  /// A row of which everything was seen.
  struct Seen: Sendable {
    fileprivate let number: Int
    let row: Row
    let looks: [LookTarget: Look]
    /// How much of what may be under way at once it takes.
    let size: Int
  }

  private struct Waiting {
    let row: Row
    var looks: [LookTarget: Look]
    var missing: Int
    let size: Int
  }

  private var waiting: [Int: Waiting] = [:]
  private var lastNumber = 0
  /// Which rows wait for a look, by their numbers.
  private var wanted: [LookTarget: [Int]] = [:]
  private var ready: [Seen] = []
  private var recent = RecentLooks()

  /// References that rows name which wait or are ready; a row that names none counts as one.
  private(set) var held = 0
  var readyCount: Int { ready.count }

  /// - Returns: what is to be looked at for these rows: each reference that nobody looks at yet, nor has of late, once.
  mutating func add(_ rows: [Row]) -> [LookTarget] {
    var new: [LookTarget] = []
    for row in rows {
      let targets = row.targets
      let size = max(targets.count, 1)
      held += size
      var looks = [LookTarget: Look](minimumCapacity: targets.count)
      lastNumber += 1
      var missing = 0
      for target in targets {
        if let look = recent[target] {
          looks[target] = look
          continue
        }
        // A row may name a reference twice, and waits for it once then.
        if wanted[target]?.last == lastNumber { continue }
        if wanted[target] == nil { new.append(target) }
        wanted[target, default: []].append(lastNumber)
        missing += 1
      }
      if missing == 0 {
        ready.append(Seen(number: lastNumber, row: row, looks: looks, size: size))
      } else {
        waiting[lastNumber] = Waiting(row: row, looks: looks, missing: missing, size: size)
      }
    }
    return new
  }

  mutating func note(_ target: LookTarget, _ look: Look) {
    recent[target] = look
    for number in wanted.removeValue(forKey: target) ?? [] {
      guard let place = waiting.index(forKey: number) else { continue }
      waiting.values[place].looks[target] = look
      waiting.values[place].missing -= 1
      guard waiting.values[place].missing == 0 else { continue }
      let row = waiting.remove(at: place).value
      ready.append(Seen(number: number, row: row.row, looks: row.looks, size: row.size))
    }
  }

  /// The rows of which everything was seen, each once, in the order in which they came in. They count until they are `release`d.
  mutating func takeReady() -> [Seen] {
    defer { ready = [] }
    return ready.sorted { $0.number < $1.number }
  }

  mutating func release(_ rows: [Seen]) {
    for row in rows { held -= row.size }
  }
}

/// What was found of late: a reference that several rows name is looked at once, unless they stand far apart in a long
/// table.
struct RecentLooks: Sendable {
  /// At some 300 bytes each, 3 MB.
  static let most = 10_000

  private var looks: [LookTarget: Look] = [:]
  /// In the order in which they came, from `oldest` on round and round.
  private var order: [LookTarget] = []
  private var oldest = 0

  subscript(target: LookTarget) -> Look? {
    get { looks[target] }
    set {
      guard looks.updateValue(newValue ?? .failed(""), forKey: target) == nil else { return }
      if order.count < Self.most {
        order.append(target)
      } else {
        looks[order[oldest]] = nil
        order[oldest] = target
        oldest = (oldest + 1) % Self.most
      }
    }
  }
}

import OCIRegistry
import Support

/// Rows of a sweep that wait for the looks at what they name, and which looks these are: no I/O.
struct SweepRows: Sendable {
  struct Row: Sendable {
    let entry: MirrorEntry
    /// What the row mirrors, or why it cannot be used.
    let images: Result<[MirrorImage], MirrorError>

    /// What is looked at first: not the sources that are named by digest, or by a tag that never changes.
    var targets: [LookTarget] {
      guard case .success(let images) = images else { return [] }
      var targets: [LookTarget] = []
      targets.reserveCapacity(images.count * 2)
      for image in images {
        if !image.hasFixedSource { targets.append(image.sourceTarget) }
        for destination in image.destinations { targets.append(LookTarget(destination)) }
      }
      return targets
    }

    /// Settles sources that cannot change. One that every destination is in step with is asked nothing: what it is stands in
    /// its name, or is what was copied; whether it is still there matters to nobody until something is to be copied.
    ///
    /// - Returns: those that have to be looked at all the same.
    func settlePinned(_ looks: inout [LookTarget: Look]) -> [LookTarget] {
      guard case .success(let images) = images else { return [] }
      var open: [LookTarget] = []
      for image in images where image.hasFixedSource && looks[image.sourceTarget] == nil {
        if let digest = standing(image, looks) {
          looks[image.sourceTarget] = .found(ManifestDescriptor(digest: digest, mediaType: "", size: nil))
        } else {
          open.append(image.sourceTarget)
        }
      }
      return open
    }

    /// What every destination holds of a source that cannot change; nil where one lacks it, or holds something else.
    private func standing(_ image: MirrorImage, _ looks: [LookTarget: Look]) -> Digest? {
      var digest = image.source.digest
      for destination in image.destinations {
        let previous = entry.observed[destination.description]
        switch looks[LookTarget(destination)] {
        case .found(let there):
          let stands = source(of: there.digest, previous, image)
          let copied = image.source.digest == nil ? previous?.sourceDigest : nil
          guard let stands, digest ?? stands == stands, copied ?? stands == stands else { return nil }
          digest = stands
        // Nothing is told of it, nor copied there, whatever the source says.
        case .failed: continue
        case .missing, .noRepository, nil: return nil
        }
      }
      return digest
    }

    /// What the source was when the destination got what it holds; nil where that is not known.
    private func source(of there: Digest, _ previous: Observed?, _ image: MirrorImage) -> Digest? {
      guard let platforms = image.platforms else {
        return previous?.converted?.to == there ? previous?.converted?.from : there
      }
      let sources = [image.source.digest, previous?.sourceDigest].compactMap(\.self)
      return sources.first { previous.holds(there, of: $0, platforms) }
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
      lastNumber += 1
      let looks = [LookTarget: Look](minimumCapacity: targets.count + 1)
      wait(for: targets, lastNumber, Waiting(row: row, looks: looks, missing: 0, size: size), &new)
    }
    return new
  }

  /// - Returns: what is to be looked at before the rows that waited for this are ready.
  mutating func note(_ target: LookTarget, _ look: Look) -> [LookTarget] {
    recent[target] = look
    var new: [LookTarget] = []
    for number in wanted.removeValue(forKey: target) ?? [] {
      guard let place = waiting.index(forKey: number) else { continue }
      waiting.values[place].looks[target] = look
      waiting.values[place].missing -= 1
      guard waiting.values[place].missing == 0 else { continue }
      finish(number, waiting.remove(at: place).value, &new)
    }
    return new
  }

  private mutating func wait(
    for targets: [LookTarget], _ number: Int, _ row: Waiting, _ new: inout [LookTarget]
  ) {
    var row = row
    for target in targets {
      if let look = recent[target] {
        row.looks[target] = look
        continue
      }
      // A row may name a reference twice, and waits for it once then.
      if wanted[target]?.last == number { continue }
      if wanted[target] == nil { new.append(target) }
      wanted[target, default: []].append(number)
      row.missing += 1
    }
    if row.missing == 0 { finish(number, row, &new) } else { waiting[number] = row }
  }

  private mutating func finish(_ number: Int, _ row: Waiting, _ new: inout [LookTarget]) {
    var row = row
    let open = row.row.settlePinned(&row.looks)
    if open.isEmpty {
      ready.append(Seen(number: number, row: row.row, looks: row.looks, size: row.size))
    } else {
      wait(for: open, number, row, &new)
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
  /// At some 400 bytes each, 2 MB.
  static let most = 5000

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

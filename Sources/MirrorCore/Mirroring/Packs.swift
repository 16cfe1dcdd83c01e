import FoundationEssentials

/// What a pack may hold: several images that one job works off, where starting a job takes longer than a small image.
public struct PackLimits: Sendable, Equatable {
  /// How long a pack is expected to take, in seconds.
  public var seconds = 600.0
  /// An image that is expected to take longer has a job of its own.
  public var alone = 150.0
  /// Images at most: they are reserved in one transaction.
  public var images = 100
  /// Bytes of the list of images, as JSON: it is one item of a table.
  public var list = 300_000
  /// Bytes of one image in the list: what the job's first image has no room for is no pack's.
  public var entry = 3_000
  /// Images that a pack's job copies at once.
  public var atOnce = MirrorJob.imagesAtOnce

  public init() {}
}

/// Puts small images together into as few jobs as finish in time: a decision without I/O.
public enum Packs {
  private struct Entry {
    let request: JobRequest
    let place: Int
    let seconds: Double
    let size: Int
  }

  private struct Pack {
    var entries: [Entry] = []
    var seconds = 0.0
    var size = 0

    func takes(_ entry: Entry, _ limits: PackLimits) -> Bool {
      entries.count < limits.images && size + entry.size <= limits.list
        && (seconds + entry.seconds) / Double(limits.atOnce) <= limits.seconds
    }

    mutating func add(_ entry: Entry) {
      entries.append(entry)
      (seconds, size) = (seconds + entry.seconds, size + entry.size)
    }
  }

  /// Requests that do the same: each image in one of them, and no source twice in one.
  ///
  /// First fit, longest first: https://en.wikipedia.org/wiki/First-fit-decreasing_bin_packing takes at most 11/9 of the
  /// fewest packs and one more. What a pack begins with takes longest, so that little is left to wait for at its end.
  ///
  /// - Parameter requests: for one image each; those for several, and those with a source that another has, stay as they
  ///   are.
  /// - Returns: packs, then what stays alone.
  public static func make(of requests: [JobRequest], within limits: PackLimits) -> [JobRequest] {
    var seen: Set<String> = []
    var entries: [Entry] = []
    var alone: [JobRequest] = []
    for (place, request) in requests.enumerated() {
      let entry = Entry(
        request: request, place: place, seconds: CopyEffort(request.image).seconds, size: request.image.listed)
      let isSmall = entry.seconds <= limits.alone && entry.size <= limits.entry
      if isSmall, !request.isPack, seen.insert(request.source).inserted {
        entries.append(entry)
      } else {
        alone.append(request)
      }
    }
    entries.sort { ($1.seconds, $0.place) < ($0.seconds, $1.place) }
    var packs: [Pack] = []
    // Packs that have no room for the smallest either are not looked at again.
    var first = 0
    let smallest = entries.last
    for entry in entries {
      if let place = packs[first...].firstIndex(where: { $0.takes(entry, limits) }) {
        packs[place].add(entry)
      } else {
        var pack = Pack()
        pack.add(entry)
        packs.append(pack)
      }
      while first < packs.count, let smallest, !packs[first].takes(smallest, limits) { first += 1 }
    }
    // Who asked, and in which run, is the same for all that one sweep submits.
    let made = packs.compactMap { pack in pack.entries.first?.request.having(pack.entries.map(\.request.image)) }
    return (made + alone).countedTogether()
  }
}

extension JobImage {
  /// Bytes that it takes in a list.
  fileprivate var listed: Int {
    (try? JSONEncoder().encode(self).count) ?? .max
  }
}

extension [JobRequest] {
  /// Each pack with how many packs there are: they share what registries take.
  func countedTogether() -> [JobRequest] {
    let packs = count(where: \.isPack)
    return map { request in
      var request = request
      if request.isPack { request.together = packs }
      return request
    }
  }
}

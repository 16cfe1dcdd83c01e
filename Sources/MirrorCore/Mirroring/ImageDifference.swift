import OCIRegistry
import Support

/// How what a reference stands for differs from what another does, or itself did before: by platform, for a person.
public struct ImageDifference: Sendable, Equatable {
  public enum Change: String, Sendable {
    case same, added, gone, changed

    /// As a person says it of a platform.
    public var word: String {
      switch self {
      case .same: "the same"
      case .added: "added"
      case .gone: "gone"
      case .changed: "changed"
      }
    }
  }

  public struct Platform: Sendable, Equatable {
    public let name: String
    public let before: ImageInventory.Image?
    public let after: ImageInventory.Image?

    public var change: Change {
      switch (before, after) {
      case (nil, _): .added
      case (_, nil): .gone
      case (let before?, let after?): before.digest == after.digest ? .same : .changed
      }
    }
  }

  /// In the order of what is after; what is gone last.
  public let platforms: [Platform]
  /// Whether all images are the same, and what lists them is not: what is noted about them there, or their order.
  public private(set) var isOfIndexOnly = false

  /// Compares two readings; nil is for what is not there.
  public static func make(from before: ImageInventory?, to after: ImageInventory?) -> ImageDifference {
    var left = before?.images ?? []
    // Of those with one name the ones that are the same belong together, before any other takes them for its own.
    let same = (after?.images ?? []).map { image in
      left.firstIndex { $0.name == image.name && $0.digest == image.digest }.map { left.remove(at: $0) }
    }
    var pairs: [Platform] = zip(after?.images ?? [], same).map { image, same in
      let former = same ?? left.firstIndex { $0.name == image.name }.map { left.remove(at: $0) }
      return Platform(name: image.name, before: former, after: image)
    }
    pairs += left.map { Platform(name: $0.name, before: $0, after: nil) }
    var difference = ImageDifference(platforms: pairs)
    if let before, let after, before.digest != after.digest, before.unread + after.unread == 0 {
      difference.isOfIndexOnly = !pairs.isEmpty && pairs.allSatisfy { $0.change == .same }
    }
    return difference
  }

  private init(platforms: [Platform]) { self.platforms = platforms }

  /// In one line: `2 platforms changed, 1 added, 3 the same`.
  public var summary: String {
    if isOfIndexOnly {
      return platforms.count == 1
        ? "the image is the same; only the index that lists it differs"
        : "all \(platforms.count) images are the same; only the index that lists them differs"
    }
    let counts = [Change.changed, .added, .gone, .same].compactMap { change -> (Int, String)? in
      let count = platforms.count { $0.change == change }
      return count > 0 ? (count, change.word) : nil
    }
    guard let first = counts.first else { return "nothing to compare" }
    return (["\(counted(first.0, "platform")) \(first.1)"] + counts.dropFirst().map { "\($0.0) \($0.1)" })
      .joined(separator: ", ")
  }
}

extension ImageDifference {
  /// Something in which one platform's image differs, as `size` with `31 MiB → 32 MiB`.
  public struct Fact: Sendable, Equatable {
    public let name: String
    public let text: String
  }
}

extension ImageDifference.Platform {
  /// In what its images differ; what is the same is left out, but for the layers, which say how much is.
  ///
  /// - Parameter arrow: what stands between before and after.
  public func facts(arrow: String) -> [ImageDifference.Fact] {
    guard change != .same else { return [] }
    var facts: [ImageDifference.Fact] = []
    func add(_ name: String, _ before: String?, _ after: String?) {
      guard before != after else { return }
      let text =
        switch change {
        case .added: after ?? "none"
        case .gone: before ?? "none"
        case .changed, .same: "\(before ?? "none") \(arrow) \(after ?? "none")"
        }
      facts.append(.init(name: name, text: text.cleaned.masked))
    }
    add("digest", before?.digest.short, after?.digest.short)
    add("size", before?.size.inUnits, after?.size.inUnits)
    if let layers { facts.append(.init(name: "layers", text: layers)) }
    let (old, new) = (before?.configuration, after?.configuration)
    if change == .changed, old == nil || new == nil {
      // What is not known is not told as gone.
      if let unread { facts.append(.init(name: "config", text: unread)) }
      add("base", before?.base, after?.base)
      return facts
    }
    add("created", old?.created?.rfc3339, new?.created?.rfc3339)
    add("base", before?.base, after?.base)
    add("entry point", old?.entryPoint.asWords, new?.entryPoint.asWords)
    add("command", old?.command.asWords, new?.command.asWords)
    add("user", old?.user, new?.user)
    add("directory", old?.workingFolder, new?.workingFolder)
    if change == .changed {
      let names = (Set(old?.variables ?? []), Set(new?.variables ?? []))
      let signed =
        names.1.subtracting(names.0).sorted().map { "+\($0)" } + names.0.subtracting(names.1).sorted().map { "-\($0)" }
      if !signed.isEmpty { facts.append(.init(name: "variables", text: signed.joined(separator: " ").cleaned)) }
    }
    for name in Self.told { add(name, label(name, before), label(name, after)) }
    if let others = otherLabels { facts.append(.init(name: "labels", text: others)) }
    return facts
  }

  /// Where a configuration could not be read; nil where neither image has one, as what is no program.
  private var unread: String? {
    switch (before?.configuration, after?.configuration) {
    case (nil, nil), (_?, _?): nil
    case (nil, _?): "the one before could not be read; not compared"
    case (_?, nil): "the one after could not be read; not compared"
    }
  }

  /// Labels that say which version it is and what of; of the others it is said which differ.
  private static let told = ["version", "revision", "source"]
  private static let prefix = "org.opencontainers.image."

  private func label(_ name: String, _ image: ImageInventory.Image?) -> String? {
    image?.configuration?.labels[Self.prefix + name]
  }

  private var otherLabels: String? {
    guard change == .changed, let old = before?.configuration?.labels, let new = after?.configuration?.labels else {
      return nil
    }
    let told = Set(Self.told.map { Self.prefix + $0 })
    let names = Set(old.keys).union(new.keys).subtracting(told).filter { old[$0] != new[$0] }.sorted()
    guard !names.isEmpty else { return nil }
    let more = names.count > Self.most ? " and \(names.count - Self.most) more" : ""
    return "\(names.prefix(Self.most).joined(separator: ", "))\(more) \(names.count == 1 ? "differs" : "differ")"
      .cleaned
  }

  /// Other labels that are named.
  private static let most = 6

  private var layers: String? {
    guard change == .changed, let before, let after else { return nil }
    let (old, new) = (Set(before.layers.map(\.digest)), Set(after.layers.map(\.digest)))
    func part(_ layers: [Manifest.Blob], _ word: String, _ isMeant: (Digest) -> Bool) -> String? {
      let meant = layers.filter { isMeant($0.digest) }
      return meant.isEmpty ? nil : "\(meant.count) \(word) (\(meant.reduce(Int64(0)) { $0.plus($1.size) }.inUnits))"
    }
    return [
      part(after.layers, "the same") { old.contains($0) }, part(after.layers, "new") { !old.contains($0) },
      part(before.layers, "gone") { !new.contains($0) },
    ].compactMap(\.self).joined(separator: ", ")
  }
}

extension [String] {
  /// As a shell would be given them; nil for none.
  fileprivate var asWords: String? {
    isEmpty ? nil : map { $0.contains(" ") ? "\"\($0)\"" : $0 }.joined(separator: " ")
  }
}

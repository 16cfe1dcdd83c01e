public import OCIRegistry
import Support

/// One image that a row mirrors: a source with its tag (or digest), and where it goes.
public struct MirrorImage: Sendable, Equatable {
  public let source: ImageReference
  /// With tags, without repeats, at least one.
  public let destinations: [ImageReference]
  /// Whether its tag never changes at the source, as the row says.
  public var isImmutable = false
  /// What is looked at for the source; for a destination it is `LookTarget(destination)`.
  public var sourceTarget: LookTarget
  /// Of the row; nil for all.
  public let platforms: PlatformSelection?

  public init(source: ImageReference, destinations: [ImageReference], platforms: PlatformSelection? = nil) {
    self.source = source
    self.platforms = platforms
    self.destinations = destinations
    sourceTarget = LookTarget(source)
  }

  /// Whether the source cannot come to be another image.
  var hasFixedSource: Bool { isImmutable || source.digest != nil }
}

/// A reference, and what it is looked at for: where that makes no difference, as a destination.
public struct LookTarget: Sendable, Hashable {
  public let reference: ImageReference
  public let use: ImageUse
  /// Repositories that say nothing about it, by their full names.
  public let besides: [String]

  public init(_ reference: ImageReference, _ use: ImageUse = .push, besides: [String] = []) {
    self.reference = reference
    self.use = use
    self.besides = besides
  }
}

extension MirrorImage {
  /// The same, looked at where the machine has its source read: but for a repository that the row itself fills, as
  /// whoever keeps a mirror of `registries.conf` in step has it. That is no source of itself (skopeo#2002).
  public func led(by registries: RegistryClient) -> MirrorImage {
    guard let locations = registries.detour(of: source) else { return self }
    let elsewhere = Set(locations.map(\.reference.name)).subtracting([source.name])
    var image = self
    image.sourceTarget = LookTarget(
      source, .pull, besides: elsewhere.intersection(destinations.map(\.name)).sorted())
    return image
  }
}

extension MirrorEntry {
  /// The images this row mirrors.
  ///
  /// - Parameter sourceTags: the tags of the source's repository; used only where the row has a tag rule.
  /// - Throws: `MirrorError.invalid` saying what in the row cannot be used.
  public func images(sourceTags: [String] = []) throws(MirrorError) -> [MirrorImage] {
    let immutable = try immutablePatterns()
    var images = try selectedImages(sourceTags)
    if immutable.isEmpty { return images }
    for (index, image) in images.enumerated() {
      guard let tag = image.source.tag, image.source.digest == nil else { continue }
      images[index].isImmutable = immutable.contains { $0.matches(tag) }
    }
    return images
  }

  private func selectedImages(_ sourceTags: [String]) throws(MirrorError) -> [MirrorImage] {
    let source = try parse(self.source, as: "source")
    if destinations.isEmpty { throw invalid("it has no destination") }
    var parsed: [ImageReference] = []
    for text in destinations { parsed.append(try parse(text, as: "destination")) }
    let platforms: PlatformSelection?
    do throws(MirrorError) { platforms = try self.platforms } catch { throw invalid(error.description) }
    if let tags {
      return try images(of: source, to: parsed, matching: tags, among: sourceTags, platforms)
    }
    guard source.tag != nil || source.digest != nil else {
      throw invalid("the source needs a tag, such as \(source.familiar):latest, or a tag rule")
    }
    return [MirrorImage(source: source, destinations: try resolve(parsed, for: source), platforms: platforms)]
  }

  private func images(
    of source: ImageReference, to destinations: [ImageReference], matching rule: TagRule, among tags: [String],
    _ platforms: PlatformSelection?
  ) throws(MirrorError) -> [MirrorImage] {
    if source.tag != nil || source.digest != nil {
      throw invalid("with a tag rule the source must not have a tag")
    }
    if let tagged = destinations.first(where: { $0.tag != nil || $0.digest != nil }) {
      throw invalid("with a tag rule the destination \(tagged.familiar) must not have a tag")
    }
    if let problem = rule.problem { throw invalid(problem) }
    let selected = rule.select(from: tags)
    if let max = rule.max, selected.count > max {
      throw invalid(
        "\(Self.limitWords) \(selected.count) tags, and the rule allows at most \(max): narrow it, or raise its maximum with --max"
      )
    }
    let most = min(Self.mostTags, Self.mostCopies / destinations.count)
    guard selected.count <= most else {
      throw invalid(
        "\(Self.limitWords) \(selected.count) tags, and a row\(destinations.count == 1 ? "" : " with so many destinations") "
          + "can have \(most); narrow the rule "
          + "with --semver, --suffix, --include, --exclude or --latest, or split it into several rows")
    }
    var images: [MirrorImage] = []
    for tag in selected {
      let image = try tagged(source, tag)
      images.append(
        MirrorImage(source: image, destinations: try resolve(destinations, for: image), platforms: platforms))
    }
    return images
  }

  /// What a row mirrors at most: every part of this program, and of AWS, was tried with it.
  public static let mostTags = 20_000
  /// The same with its destinations: tags times destinations.
  public static let mostCopies = 60_000

  private static let limitWords = "its tag rule selects"

  /// Why the last look found that the row's rule picks more than a row may have; nil where it did not.
  public var limitExceeded: String? {
    guard tags != nil else { return nil }
    return observed.values.lazy.compactMap(\.error).first { $0.contains(Self.limitWords) }
  }

  /// The destinations with their tags, each once.
  private func resolve(
    _ destinations: [ImageReference], for source: ImageReference
  ) throws(MirrorError) -> [ImageReference] {
    var resolved: [ImageReference] = []
    var known: Set<ImageReference> = []
    for destination in destinations {
      if destination.digest != nil {
        throw invalid("the destination \(destination.familiar) has a digest; give a tag instead")
      }
      guard let tag = destination.tag ?? source.tag else {
        throw invalid("the destination \(destination.familiar) needs a tag, since the source has none")
      }
      let tagged = try self.tagged(destination, tag)
      if tagged == source { throw invalid("the destination \(tagged.familiar) is the source itself") }
      if known.insert(tagged).inserted { resolved.append(tagged) }
    }
    return resolved
  }

  private func parse(_ text: String, as role: String) throws(MirrorError) -> ImageReference {
    let reference: ImageReference
    do {
      reference = try ImageReference(text)
    } catch {
      throw invalid("the \(role) cannot be used: \(error)")
    }
    // No version of skopeo can: the grammar of containers/image, docker/reference, knows no brackets (container-libs#195).
    if reference.registry.hasPrefix("[") {
      throw invalid(
        "the \(role) cannot be used: skopeo cannot copy from or to a registry by its IPv6 address; use a host name for \(reference.registry)"
      )
    }
    return reference
  }

  private func tagged(_ reference: ImageReference, _ tag: String) throws(MirrorError) -> ImageReference {
    do {
      return try reference.withTag(tag)
    } catch {
      throw invalid("\(error)")
    }
  }

  func invalid(_ reason: String) -> MirrorError {
    MirrorError(.invalid, "mirror \(source.cleaned.shortened(to: 120)): \(reason)")
  }
}

/// Image references made to fit a width in which one still tells them apart.
///
/// What says least goes first: Docker Hub's `docker.io/library/`, then the end of a registry's name (`quay` for
/// `quay.io`, account and region for ECR), then letters of the path's parts, the image's own name last. The tag stays
/// whole while it has at most `wholeTag` characters.
public enum ShortReference {
  /// Characters of a tag that is never cut.
  public static let wholeTag = 40
  /// Hexadecimal digits that stand for a digest.
  private static let digestDigits = 12
  /// Characters that are left of a part of the path before it goes altogether.
  private static let leastPart = 4
  /// Characters of an ECR registry that tell its account and region.
  private static let leastOfECR = 9

  /// - Parameters:
  ///   - text: a reference with or without registry, tag and digest. What is none is cut in its middle.
  ///   - width: characters to have; what fits comes back as it is.
  ///   - ellipsis: what stands where something was left out.
  /// - Returns: at most `width` characters, and at their end the whole tag where there is one of at most `wholeTag`
  ///   characters and room for it and two more.
  public static func make(_ text: String, width: Int, ellipsis: Character = "…") -> String {
    guard text.utf8.count > width else { return text }
    guard width > 0 else { return "" }
    guard let parts = ReferencePieces(text) else { return middle(text, width, ellipsis) }
    let suffix = short(parts.suffix, ellipsis)
    let room = width - suffix.count
    guard room > 0 else { return String(ellipsis) + suffix.suffix(width - 1) }
    return name(of: parts, room, ellipsis) + suffix
  }

  /// A digest with its first digits; a tag as it is, while it is not too long.
  private static func short(_ suffix: Substring, _ ellipsis: Character) -> String {
    let tag = suffix.prefix { $0 != "@" }
    let digest = suffix.dropFirst(tag.count)
    let hex = digest.drop { $0 != ":" }.dropFirst().prefix(digestDigits)
    return middle(String(tag), wholeTag + 1, ellipsis) + (digest.isEmpty ? "" : "@\(hex)")
  }

  private static func name(of parts: ReferencePieces, _ room: Int, _ ellipsis: Character) -> String {
    var front = parts.front
    for registry in parts.shorterRegistries(ellipsis) {
      front = (registry.map { [$0] } ?? []) + parts.pathWithoutDefault
      let length = front.reduce(front.count + parts.name.count) { $0 + $1.count }
      if length <= room { return (front + [parts.name]).joined(separator: "/") }
    }
    var sizes = front.map(\.count)
    var excess = sizes.reduce(sizes.count + parts.name.count, +) - room
    // The registry gives first, all of it where little would be left.
    let least = front.first?.first == ellipsis ? leastOfECR : leastPart
    if front.count > parts.pathWithoutDefault.count, sizes[0] > least {
      let left = sizes[0] - excess
      sizes[0] = left >= least ? left : 1
      excess = sizes.reduce(sizes.count + parts.name.count, +) - room
    }
    // Then always the longest, so that something is left of each.
    while excess > 0, let longest = sizes.indices.max(by: { sizes[$0] < sizes[$1] }), sizes[longest] > leastPart {
      sizes[longest] -= 1
      excess -= 1
    }
    if excess <= 0 {
      let pieces = zip(front, sizes).map { $0.count > $1 ? $0.prefix($1 - 1) + String(ellipsis) : $0 }
      return (pieces + [parts.name]).joined(separator: "/")
    }
    let alone = "\(ellipsis)/\(parts.name)"
    return !front.isEmpty && alone.count <= room ? alone : middle(parts.name, room, ellipsis)
  }

  /// The beginning and the end of a text, the end with what is left over.
  private static func middle(_ text: String, _ width: Int, _ ellipsis: Character) -> String {
    let length = text.count
    guard length > width else { return text }
    let start = max(width - 1, 0) / 2
    return text.prefix(start) + String(ellipsis) + text.suffix(max(width - 1 - start, 0))
  }
}

/// A reference taken apart at its slashes, without a judgement on what stands between them.
private struct ReferencePieces {
  let registry: String?
  /// Without the last part, which is the image's own name.
  let path: [String]
  let name: String
  /// `:tag`, `@digest` or both, or nothing.
  let suffix: Substring

  /// - Returns: nil for what holds spaces or other than printable ASCII characters.
  init?(_ text: String) {
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
    let beforeDigest = text.prefix { $0 != "@" }
    let start = beforeDigest.lastIndex(of: "/").map(text.index(after:)) ?? text.startIndex
    let end = beforeDigest[start...].firstIndex(of: ":") ?? beforeDigest.endIndex
    suffix = text[end...]
    name = String(text[start..<end])
    var path = text[..<start].split(separator: "/").map(String.init)
    registry = path.first.map(Self.isHost) ?? false ? path.removeFirst() : nil
    self.path = path
  }

  private static func isHost(_ part: String) -> Bool {
    part == "localhost" || part.contains { $0 == "." || $0 == ":" }
  }

  var front: [String] { (registry.map { [$0] } ?? []) + path }

  private var isOnHub: Bool { registry == RegistryHost.dockerHub }

  /// Without Docker Hub's `library`, which goes with its registry.
  var pathWithoutDefault: [String] { isOnHub && path == ["library"] ? [] : path }

  /// What the registry may be written as, from what says most to what says least; nil for nothing at all.
  func shorterRegistries(_ ellipsis: Character) -> [String?] {
    guard let registry else { return [nil] }
    // A first part that looks like a host would be taken for one.
    if isOnHub, !(path.first.map(Self.isHost) ?? false) { return [nil] }
    if let ecr = ECRRegistry(host: registry) {
      return ["\(ecr.account).\(ecr.region)", "\(ellipsis)\(ecr.account.suffix(4)).\(ecr.region)"]
    }
    let labels = registry.split(separator: ".")
    let isName = labels.count > 1 && (labels.last?.allSatisfy(\.isLetter) ?? false)
    return isName ? [labels.dropLast().joined(separator: ".")] : [registry]
  }
}

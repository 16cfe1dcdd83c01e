import Support

/// Takes an image reference apart, by the grammar of the distribution project, and says where it fails.
struct ReferenceParser {
  private let text: String
  private let bytes: [UInt8]
  /// Where the part still to be read begins.
  private var start = 0
  /// No valid reference is longer: host, repository, tag, a long digest, `docker://`.
  private static let longest = 1024

  init(_ text: String) {
    self.text = text
    bytes = Array(text.utf8.prefix(Self.longest + 1))
  }

  mutating func parse() throws(ReferenceError) -> ImageReference {
    if let odd = bytes.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7f }) {
      throw error(odd, bytes[odd] == 0x20 ? "it contains a space" : "only printable ASCII characters are allowed")
    }
    guard bytes.count <= Self.longest else {
      throw error(Self.longest, "it is longer than \(Self.longest) characters")
    }
    let scheme = Array("docker://".utf8)
    if bytes.starts(with: scheme) { start = scheme.count }
    if let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) {
      throw error(start, "a reference has no scheme: write registry/repository:tag")
    }

    var end = bytes.count
    var digest: Digest?
    if let at = bytes[start...].firstIndex(of: UInt8(ascii: "@")) {
      digest = try readDigest(at + 1)
      end = at
    }
    let registry = try readRegistry(before: end)
    var tag: String?
    let lastSlash = bytes[start..<end].lastIndex(of: UInt8(ascii: "/")) ?? start
    if let colon = bytes[lastSlash..<end].firstIndex(of: UInt8(ascii: ":")) {
      try Self.check(tag: bytes[(colon + 1)..<end], of: text)
      tag = String(decoding: bytes[(colon + 1)..<end], as: UTF8.self)
      end = colon
    }
    try checkRepository(start..<end)
    var repository = String(decoding: bytes[start..<end], as: UTF8.self)
    if registry == RegistryHost.dockerHub, !repository.contains("/") { repository = "library/" + repository }
    guard repository.utf8.count <= 255 else {
      // Of the text's own characters: what was added is not in it.
      throw error(start + 255 - (repository.utf8.count - (end - start)), "a repository name has at most 255 characters")
    }
    return ImageReference(registry: registry, repository: repository, tag: tag, digest: digest)
  }

  /// - Parameter tag: A slice of `text`'s own bytes, so that its indices are places in it.
  static func check(tag: ArraySlice<UInt8>, of text: String) throws(ReferenceError) {
    func isWord(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || byte == UInt8(ascii: "_") }
    guard let first = tag.first else {
      throw ReferenceError(text, column: tag.startIndex + 1, "the tag is empty")
    }
    guard isWord(first) else {
      throw ReferenceError(
        text, column: tag.startIndex + 1, "a tag begins with a letter, a digit or an underscore")
    }
    if let odd = tag.firstIndex(where: { !isWord($0) && !".-".utf8.contains($0) }) {
      throw ReferenceError(text, column: odd + 1, "a tag has only letters, digits, '.', '_' and '-'")
    }
    guard tag.count <= 128 else {
      throw ReferenceError(text, column: tag.startIndex + 129, "a tag has at most 128 characters")
    }
  }

  private func error(_ index: Int, _ reason: String) -> ReferenceError {
    ReferenceError(text, column: index + 1, reason)
  }

  private func readDigest(_ index: Int) throws(ReferenceError) -> Digest {
    do {
      return try Digest(String(decoding: bytes[index...], as: UTF8.self))
    } catch {
      throw self.error(index + error.column - 1, error.reason)
    }
  }

  /// The registry before the first slash, where what stands there looks like a host; else Docker Hub.
  private mutating func readRegistry(before end: Int) throws(ReferenceError) -> String {
    guard let slash = bytes[start..<end].firstIndex(of: UInt8(ascii: "/")) else { return RegistryHost.dockerHub }
    let part = bytes[start..<slash]
    let looksLikeHost =
      part.elementsEqual("localhost".utf8) || part.first == UInt8(ascii: "[")
      || part.contains { ".:".utf8.contains($0) }
    guard looksLikeHost else { return RegistryHost.dockerHub }
    if let (index, reason) = HostGrammar.firstFault(in: part) { throw error(index, reason) }
    start = slash + 1
    return RegistryHost.normalised(String(decoding: part, as: UTF8.self))
  }

  /// Components of `[a-z0-9]+` joined by one of `.`, `_`, `__` or any number of `-`.
  private func checkRepository(_ range: Range<Int>) throws(ReferenceError) {
    var separator: [UInt8] = []
    var isAtStart = true
    for index in range {
      let byte = bytes[index]
      switch byte {
      case _ where isLowerAlphanumeric(byte):
        if !separator.isEmpty, ![".", "_", "__"].contains(String(decoding: separator, as: UTF8.self)),
          !separator.allSatisfy({ $0 == UInt8(ascii: "-") })
        {
          throw error(index - 1, "two separators follow each other in the repository name")
        }
        separator = []
        isAtStart = false
      case UInt8(ascii: "/"):
        guard !isAtStart else { throw error(index, "a component of the repository name is empty") }
        guard separator.isEmpty else {
          throw error(index - 1, "a component of the repository name ends in a separator")
        }
        isAtStart = true
      case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        guard !isAtStart else { throw error(index, "a component of the repository name begins with a separator") }
        separator.append(byte)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        throw error(index, "a repository name must be lower case")
      default:
        throw error(index, "a repository name has only letters, digits, '.', '_', '-' and '/'")
      }
    }
    guard !isAtStart else { throw error(range.upperBound, "the repository name is missing") }
    guard separator.isEmpty else {
      throw error(range.upperBound - 1, "a component of the repository name ends in a separator")
    }
  }
}

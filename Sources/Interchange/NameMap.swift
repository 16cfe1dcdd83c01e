import OCIRegistry
import Support

/// One part of the names of images for another: `quay.io=registry.example.com/quay` has what is on quay.io go to that
/// place, under the rest of its name.
public struct NameMap: Sendable, Equatable {
  /// A registry, or one and the first parts of a repository's name, in full.
  let from: String
  let to: String

  /// - Throws: a sentence where it is no map.
  public init(_ text: String) throws(Mistake) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let from = Self.fullName(parts[0]), Self.fullName(parts[1]) != nil else {
      throw Mistake(text: text)
    }
    self.from = from
    self.to = parts[1].hasSuffix("/") ? String(parts[1].dropLast()) : parts[1]
  }

  public struct Mistake: Error, CustomStringConvertible {
    let text: String

    public var description: String {
      "'\(text.cleaned.shortened(to: 100))' is not a map; use FROM=TO, each a registry, or one with a name prefix, as in quay.io=registry.example.com/quay"
    }
  }

  func covers(_ source: ImageReference) -> Bool {
    source.name == from || source.name.hasPrefix(from + "/")
  }

  /// What is mapped itself keeps the last part of its name.
  func destination(of source: ImageReference) -> String {
    let rest = source.name.dropFirst(from.utf8.count + 1)
    return "\(to)/\(rest.isEmpty ? source.repository.split(separator: "/").last ?? "" : rest)"
  }

  /// As references have it in full, so that `docker.io` covers what is written without.
  ///
  /// - Returns: nil for what is no registry, nor one with the beginning of a repository's name.
  static func fullName(_ prefix: String) -> String? {
    let prefix = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
    let below = "/below/it"
    // A transport before it is none of a registry's name.
    guard !prefix.isEmpty, !prefix.contains("://"), let reference = try? ImageReference(prefix + below),
      reference.name.hasSuffix(below)
    else { return nil }
    return String(reference.name.dropLast(below.utf8.count))
  }
}

import OCIRegistry
import Support

/// Where images go that a file only names: `--to`, `--scoped`, `--strip-registry` and `--map`.
public struct ImageTarget: Sendable, Equatable {
  /// What of a source's name the destination's has behind the prefix.
  public enum Layout: Sendable {
    /// The last part alone, as `skopeo sync` puts images.
    case last
    /// All but the registry.
    case path
    /// All of it, the registry first, as `skopeo sync --scoped` puts them.
    case whole
  }

  /// A registry, with the beginning of a repository's name or not; nil where only `maps` say where images go.
  let prefix: String?
  /// nil for what is usual with a form.
  let layout: Layout?
  /// What goes elsewhere than under `prefix`.
  let maps: [NameMap]

  public init(prefix: String?, layout: Layout? = nil, maps: [NameMap] = []) {
    self.prefix = prefix.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    self.layout = layout
    self.maps = maps
  }

  /// Whether images can be put below it: a registry, or one with the beginning of a repository's name.
  public static func isPrefix(_ text: String) -> Bool { NameMap.fullName(text) != nil }

  /// The repository alone: the tag is the source's.
  ///
  /// - Parameters:
  ///   - usual: the layout where none was asked for.
  ///   - name: its name below the prefix, where that is known: then neither layout nor maps count.
  /// - Throws: `Uncovered` where neither a map nor a prefix says where it goes.
  func destination(
    of source: ImageReference, usual: Layout = .last, named name: String? = nil
  ) throws(Uncovered) -> String {
    if let name {
      guard let prefix else { throw Uncovered(name: source.name, place: name) }
      return "\(prefix)/\(name)"
    }
    let map = maps.filter { $0.covers(source) }.max { $0.from.utf8.count < $1.from.utf8.count }
    if let map { return map.destination(of: source) }
    guard let prefix else { throw Uncovered(name: source.name) }
    switch layout ?? usual {
    case .last: return "\(prefix)/\(source.repository.split(separator: "/").last ?? "")"
    case .path: return "\(prefix)/\(source.repository)"
    case .whole: return "\(prefix)/\(source.name)"
    }
  }

  /// A source that no map covers, where nothing says where the others go.
  struct Uncovered: Error, CustomStringConvertible {
    let name: String
    /// The name that it has below a prefix.
    var place: String?

    var description: String {
      if let place {
        return "\(name) has a place below --to, '\(place.cleaned.shortened(to: 200))', but --to is not given"
      }
      return "no --map covers \(name), and there is no --to for the others"
    }
  }
}

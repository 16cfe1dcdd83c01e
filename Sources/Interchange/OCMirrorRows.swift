import Documents
import MirrorCore
import OCIRegistry
import Support

/// `additionalImages` of oc-mirror's ImageSetConfiguration, which names no destinations:
/// https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/disconnected_environments/, and
/// docs/features of https://github.com/openshift/oc-mirror.
struct OCMirrorRows {
  static let kind = "ImageSetConfiguration"

  private let target: ImageTarget
  private var blocked: [SearchPattern] = []
  private var found = ImportedRows()

  static func read(_ root: DocumentNode, to target: ImageTarget) throws(DocumentError) -> ImportedRows {
    var rows = OCMirrorRows(target: target)
    for (key, spelled, value) in try fields(root) {
      switch key {
      case "apiversion", "metadata": break
      case "kind":
        guard try value.text() == Self.kind else { throw value.mistake("the kind \(Self.kind) is expected here") }
      case "mirror": try rows.readMirror(value)
      case "archivesize", "storageconfig", "archive-size":
        rows.found.note("'\(spelled)' is skipped: images go from registry to registry", line: value.keyLine)
      default: throw value.unknown(spelled, known: ["apiVersion", "archiveSize", "kind", "mirror", "storageConfig"])
      }
    }
    return rows.found
  }

  private init(target: ImageTarget) {
    self.target = target
  }

  /// With keys in lower case, as its program takes them in any, and as they are spelled.
  private static func fields(
    _ place: DocumentNode
  ) throws(DocumentError) -> [(key: String, spelled: String, value: DocumentNode)] {
    try place.pairs().map { ($0.key.lowercased(), $0.key.cleaned.shortened(to: 60), $0.value) }
  }

  private mutating func readMirror(_ section: DocumentNode) throws(DocumentError) {
    let fields = try Self.fields(section)
    for (_, _, value) in fields.filter({ $0.key == "blockedimages" }) {
      for place in try value.items() { blocked.append(try Self.pattern(place)) }
    }
    for (key, spelled, value) in fields {
      switch key {
      case "blockedimages": break
      case "additionalimages":
        for place in try value.items() {
          do throws(DocumentError) {
            try readImage(place)
          } catch {
            found.keep(error)
          }
        }
      case "platform", "ocp", "operators", "helm", "samples":
        if let list = try value.list() {
          if list.isEmpty { break }
        } else if try value.pairs().isEmpty {
          break
        }
        found.keep(
          DocumentError(
            line: value.keyLine ?? value.line,
            "only oc-mirror can tell which images '\(spelled)' stands for: let `oc mirror --dry-run` write them to mapping.txt, and import the output of `tr = , < mapping.txt` as CSV; or remove '\(spelled)'"
          ))
      default:
        throw value.unknown(
          spelled, known: ["additionalImages", "blockedImages", "helm", "operators", "platform", "samples"])
      }
    }
  }

  /// A regular expression that is looked for in images' names.
  private static func pattern(_ place: DocumentNode) throws(DocumentError) -> SearchPattern {
    let text = try name(place)
    do throws(PatternError) {
      return try SearchPattern(text)
    } catch {
      throw place.mistake("'\(text.cleaned.shortened(to: 100))' is not a supported regular expression: \(error)")
    }
  }

  private static func name(_ place: DocumentNode) throws(DocumentError) -> String {
    if let text = try? place.text() { return text }
    guard let name = try fields(place).first(where: { $0.key == "name" })?.value else {
      throw place.mistake("'name' is missing")
    }
    return try name.text()
  }

  private mutating func readImage(_ place: DocumentNode) throws(DocumentError) {
    var image = NamedImage(text: try Self.name(place), line: place.line)
    if (try? place.text()) == nil {
      for (key, spelled, value) in try Self.fields(place) where !value.isEmpty {
        switch key {
        case "name": break
        case "targetrepo": image.repository = try value.text()
        case "targettag": image.tag = try value.text()
        case "platforms":
          let platforms = try value.items()
          if platforms.isEmpty { break }
          var names: [JSONValue] = []
          for platform in platforms { names.append(.string(try Self.platform(platform))) }
          image.options["platforms"] = .array(names)
        default: throw value.unknown(spelled, known: ["name", "platforms", "targetRepo", "targetTag"])
        }
      }
    }
    // The tag that it makes of a digest.
    if image.tag == nil, let reference = try? ImageReference(image.text), reference.tag == nil,
      let digest = reference.digest
    {
      image.tag = "\(digest.algorithm)-\(digest.hex)"
    }
    let entry = try image.entry(to: target, usual: .path)
    let names = [entry.source] + entry.destinations
    if blocked.contains(where: { pattern in names.contains { pattern.matches(Array($0.utf8)) } }) {
      return found.note("\(image.text) is skipped, as it is in 'blockedImages'", line: place.line)
    }
    try found.add(entry, line: place.line, merging: true)
  }

  private static func platform(_ place: DocumentNode) throws(DocumentError) -> String {
    let fields = try fields(place)
    func part(_ key: String) throws(DocumentError) -> String {
      guard let value = fields.first(where: { $0.key == key })?.value else {
        throw place.mistake("a platform needs 'os' and 'architecture'")
      }
      return try value.text()
    }
    return "\(try part("os"))/\(try part("architecture"))"
  }
}

import Documents
import MirrorCore
import OCIRegistry
import Support

/// `additionalImages` of oc-mirror's ImageSetConfiguration, which names no destinations:
/// https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/disconnected_environments/.
struct OCMirrorRows {
  static let kind = "ImageSetConfiguration"

  private let target: ImageTarget
  private var found = ImportedRows()

  static func read(_ root: DocumentNode, to target: ImageTarget) throws(DocumentError) -> ImportedRows {
    var rows = OCMirrorRows(target: target)
    for (key, value) in try root.pairs() {
      switch key {
      case "apiVersion", "metadata": break
      case "kind":
        guard try value.text() == Self.kind else { throw value.mistake("the kind \(Self.kind) is expected here") }
      case "mirror": try rows.readMirror(value)
      case "archiveSize", "storageConfig", "archive-size":
        rows.found.note("'\(key)' is left out: images go from registry to registry", line: value.keyLine)
      default: throw value.unknown(key, known: ["apiVersion", "archiveSize", "kind", "mirror", "storageConfig"])
      }
    }
    return rows.found
  }

  private init(target: ImageTarget) {
    self.target = target
  }

  private mutating func readMirror(_ section: DocumentNode) throws(DocumentError) {
    let pairs = try section.pairs()
    var blocked: Set<String> = []
    // Its program takes keys in any case.
    for (key, value) in pairs where key.lowercased() == "blockedimages" {
      for place in try value.list() ?? [] { blocked.insert(try Self.name(place)) }
    }
    for (key, value) in pairs where !value.isEmpty {
      switch key.lowercased() {
      case "blockedimages": break
      case "additionalimages":
        for place in try value.list() ?? [] {
          do throws(DocumentError) {
            try readImage(place, blocked)
          } catch {
            found.keep(error)
          }
        }
      case "platform", "ocp", "operators", "helm", "samples":
        found.keep(
          DocumentError(
            line: value.keyLine ?? value.line,
            "which images '\(key.cleaned)' comes to only oc-mirror can tell; have it list them (`oc mirror --dry-run` writes mapping.txt), or remove '\(key.cleaned)' if they are not wanted"
          ))
      default:
        throw value.unknown(
          key, known: ["additionalImages", "blockedImages", "helm", "operators", "platform", "samples"])
      }
    }
  }

  private static func name(_ place: DocumentNode) throws(DocumentError) -> String {
    if let text = try? place.text() { return text }
    guard let name = try place.pairs().first(where: { $0.key == "name" })?.value else {
      throw place.mistake("'name' is missing")
    }
    return try name.text()
  }

  private mutating func readImage(_ place: DocumentNode, _ blocked: Set<String>) throws(DocumentError) {
    let name = try Self.name(place)
    var (repository, tag): (String?, String?)
    for (key, value) in (try? place.pairs()) ?? [] {
      switch key {
      case "name": break
      case "targetRepo": repository = try value.text()
      case "targetTag": tag = try value.text()
      default: throw value.unknown(key, known: ["name", "targetRepo", "targetTag"])
      }
    }
    if blocked.contains(name) || blocked.contains(String(name.split(separator: "@")[0])) {
      return found.note("\(name) is left out, as 'blockedImages' has it", line: place.line)
    }
    guard repository != nil || tag != nil else {
      return found.add(NamedImage(text: name, line: place.line), to: target, usual: .path)
    }
    do {
      let image = try ImageReference(name)
      var destination = try target.destination(of: image, usual: .path)
      if let repository {
        guard let prefix = target.prefix else {
          throw place.mistake("'targetRepo' is a name below --to, which is missing")
        }
        destination = "\(prefix)/\(repository)"
      }
      guard let kept = tag ?? image.tag ?? (image.digest == nil ? "latest" : nil) else {
        throw place.mistake("a digest has no tag at the destination; name one as 'targetTag'")
      }
      let source = image.tag == nil && image.digest == nil ? "\(name):latest" : name
      try found.add(
        MirrorEntry(source: source, destinations: ["\(destination):\(kept)"]), line: place.line, merging: true)
    } catch let error as DocumentError {
      throw error
    } catch {
      throw place.mistake("\(error)")
    }
  }
}

import Documents
import MirrorCore
import Support

/// The images of the services in a compose file: https://github.com/compose-spec/compose-spec. It names no destinations.
enum ComposeRows {
  /// - Parameter environment: the variables that it may name.
  static func read(
    _ root: DocumentNode, to target: ImageTarget, environment: [String: String]
  ) throws(DocumentError) -> ImportedRows {
    var rows = ImportedRows()
    for (key, value) in try root.pairs() {
      switch key {
      case "include":
        throw value.mistake(
          "other files are not read; import what `docker compose config` writes, which has them in it")
      case "services":
        for (name, service) in try value.pairs() {
          do throws(DocumentError) {
            try read(name, service, &rows, target, environment)
          } catch {
            rows.keep(error)
          }
        }
      default: break
      }
    }
    return rows
  }

  private static func read(
    _ name: String, _ service: DocumentNode, _ rows: inout ImportedRows, _ target: ImageTarget,
    _ environment: [String: String]
  ) throws(DocumentError) {
    let pairs = try service.pairs()
    func place(_ key: String) -> DocumentNode? { pairs.first { $0.key == key && !$0.value.isEmpty }?.value }
    if place("build") != nil {
      return rows.note(
        "'\(name)' is left out: its image is built from a folder, and pulled from nowhere", line: service.keyLine)
    }
    if let extended = place("extends"), place("image") == nil {
      throw extended.mistake(
        "another service has the image of '\(name.cleaned)'; import what `docker compose config` writes, which has it here"
      )
    }
    guard let image = place("image") else {
      return rows.note("'\(name)' names no image", line: service.keyLine)
    }
    let template = try image.text()
    let text: String
    do throws(ComposeVariables.Fault) {
      text = try ComposeVariables.expand(template, environment)
    } catch {
      throw image.mistake(error.reason)
    }
    rows.add(NamedImage(text: text, line: image.line), to: target, usual: .path)
  }
}

import ArgumentParser
import Documents
import FoundationEssentials
import Glibc
import Installation
import Interchange
import MirrorCore
import Support

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Add or change mirrors from a file: all of them, or none.",
    discussion: """
      CSV: source,destination,expires,enabled,platforms; several in one field are separated by spaces; the first two \
      columns are enough. JSON: as `export` writes it. YAML and JSON of other programs, recognized by content: regsync, \
      with {{env "X"}} expanded; dregsy; image-syncer. Formats that only name images, with --to or --map for the destination: \
      `skopeo sync`; oc-mirror's additionalImages; compose files; Kubernetes manifests, as in

        helm template CHART | ecrmirror import - --to registry.example.com/mirror

      and lists (.txt): an image on each line, comments after #. What a row cannot express is an error with the line, or \
      a note if nothing is lost; \
      secrets are never imported. Mirrors that the file does not name stay as they are. On a stack more than 100 rows are \
      written in several steps: if one fails, those before it are undone; if the program is stopped in between, \
      importing the same file again writes the rest.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The file; - for standard input.", completion: .file(extensions: InterchangeFormat.endings))
  var file: String

  @Option(help: "The file's format, if its name does not tell.")
  var format: InterchangeFormat?

  @OptionGroup var images: ImageTargetOptions

  @Flag(help: "Only show what would change, as a table.")
  var dryRun = false

  @OptionGroup var width: WideOption

  @Flag(help: "Check the registries right away, for all mirrors in the file.")
  var check = false

  func validate() throws {
    if check && dryRun {
      throw ValidationError("--dry-run and --check cannot be combined: nothing is imported that could be checked.")
    }
  }

  func run() async throws {
    if file != "-", access(file, F_OK) != 0 { throw InterchangeError("\(SystemError("read \(file.cleaned)"))") }
    let format = try format ?? asUsage { try InterchangeFormat.ofImport(file) }
    let text = try text()
    let rows: ImportedRows
    do {
      rows = try asUsage {
        try ImportedRows(text, format, to: images.target, environment: ProcessInfo.processInfo.environment)
      }
    } catch let error as DocumentError {
      throw InterchangeError("\(name), \(error); nothing was imported")
    } catch let errors as DocumentErrors {
      for error in errors.errors { Console.note("\(name), \(error)") }
      let count = errors.errors.count + errors.more
      let more = errors.more > 0 ? ", of which the first \(errors.errors.count) are shown" : ""
      throw InterchangeError("\(name) has \(count) mistakes\(more); nothing was imported")
    }
    for note in rows.notes { Console.note("\(name), \(note)") }
    let service = try await (dryRun ? ecrmirror.openToLook() : ecrmirror.openToChange(makesStore: true)).service
    let written = try await service.importRows(rows.entries, dryRun: dryRun).written
    if dryRun, !written.isEmpty { width.print(ImportDifference.table(written)) }
    let added = written.count { $0.old == nil }
    let (changed, same) = (written.count - added, rows.entries.count - written.count)
    Console.note(
      "\(dryRun ? "would add" : "added") \(added), \(dryRun ? "change" : "changed") \(changed), \(same) unchanged")
    let now = Date.now
    if check { try await FirstLook(service).look(at: rows.entries.filter { $0.isActive(at: now) }.map(\.source)) }
  }

  /// What a person calls it.
  private var name: String { file == "-" ? "standard input" : file.cleaned }

  private func text() throws -> String {
    let isInput = file == "-"
    // Whatever can be read: also a pipe, as in `import <(command)`.
    let descriptor = isInput ? 0 : open(file, O_RDONLY | O_CLOEXEC)
    defer { if !isInput { close(descriptor) } }
    guard descriptor >= 0, let bytes = Console.readAll(descriptor, limit: ImportedRows.largestFile) else {
      throw InterchangeError("\(SystemError("read \(file.cleaned)"))")
    }
    guard bytes.count <= ImportedRows.largestFile else {
      throw InterchangeError("\(name) is larger than \(Int64(ImportedRows.largestFile).inUnits)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InterchangeError("\(name) is not UTF-8 text")
    }
    return text
  }
}

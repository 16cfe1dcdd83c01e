import ArgumentParser
import Glibc
import Installation
import Interchange
import MirrorCore
import Support

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write all mirrors to a file that `import` reads.",
    discussion: """
      JSON holds every row. The other forms cannot say everything: rows that they cannot hold are named with the \
      reason, and nothing is written unless --partial is given. YAML is regsync's form, or skopeo's where --to is given.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The file; - for standard output.", completion: .file(extensions: InterchangeFormat.endings))
  var file: String

  @Option(help: "The file's form, where its name does not tell.")
  var format: InterchangeFormat?

  @OptionGroup var skopeo: ImageTargetOptions

  @Flag(help: "Leave out the rows that the form cannot hold.")
  var partial = false

  @Flag(
    help: """
      In CSV, write ' before what a spreadsheet would take for a formula (import takes it away again), quote every \
      field, and leave out rows with control characters.
      """)
  var guardFormulas = false

  func run() async throws {
    let format = try format ?? asUsage { try InterchangeFormat(file: file) } ?? (skopeo.to == nil ? .regsync : .skopeo)
    if guardFormulas && format != .csv { throw ValidationError("--guard-formulas is for CSV.") }
    let installation = try await ecrmirror.open()
    let snapshot = try await installation.service.snapshot(finishedJobs: 0)
    if let row = snapshot.unreadable.first {
      throw InterchangeError("the mirror of \(row.source) cannot be read: \(row.reason); nothing was exported")
    }
    let rows = try asUsage {
      try ExportedRows(
        snapshot.mirrors.map(\.entry), format, to: skopeo.target, installation.configuration.registries,
        guardsFormulas: guardFormulas)
    }
    for row in rows.left { Console.note("left out: \(row.source): it \(row.reason)") }
    if !rows.left.isEmpty && !partial {
      throw InterchangeError(
        "\(rows.left.count) of \(snapshot.mirrors.count) mirrors cannot be said in the \(format.rawValue) form; nothing was exported. Give --partial for the others, or export all as JSON"
      )
    }
    if file == "-" { return Console.write(rows.text, to: 1) }
    do throws(SystemError) {
      try write(rows.text)
    } catch {
      throw InterchangeError(error.description.cleaned)
    }
    Console.note("exported \(snapshot.mirrors.count - rows.left.count) mirrors to \(file.cleaned)")
  }

  private func write(_ text: String) throws(SystemError) {
    var status = stat()
    let isSpecial = stat(file, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    if !isSpecial { return try replaceFile(file, with: Array(text.utf8), isPrivate: false) }
    // A pipe or a terminal, which is written to and not replaced.
    let descriptor = open(file, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("write \(file)") }
    defer { close(descriptor) }
    if let failure = writeAll(text, to: descriptor) { throw SystemError("write \(file)", code: failure) }
  }
}

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
      JSON holds every row. The other formats cannot express everything: rows that they cannot hold are listed with the \
      reason, and nothing is written unless --partial is given. YAML is regsync's format, or skopeo's where --to or --map \
      say where its import puts the images: rows that go elsewhere cannot be exported to it.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The file; - for standard output.", completion: .file(extensions: InterchangeFormat.endings))
  var file: String

  @Option(help: "The file's format, if its name does not tell.")
  var format: InterchangeFormat?

  @OptionGroup var images: ImageTargetOptions

  @Flag(help: "Skip the rows that the format cannot hold.")
  var partial = false

  @Flag(
    help: """
      In CSV, write ' before what a spreadsheet would treat as a formula (import removes it again), quote every \
      field, and skip rows with control characters.
      """)
  var guardFormulas = false

  func run() async throws {
    let format =
      try format ?? asUsage { try InterchangeFormat(file: file) } ?? (images.target == nil ? .regsync : .skopeo)
    if guardFormulas && format != .csv { throw ValidationError("--guard-formulas is for CSV.") }
    try asUsage { try format.checkWriting(to: images.target) }
    let installation = try await ecrmirror.open()
    let table = installation.service.backend.table
    if let rows = StreamedRows(format, guardsFormulas: guardFormulas) {
      return try await write(rows, of: table, format)
    }
    var entries: [MirrorEntry] = []
    try await forEachRow(of: table) { entries.append($0) }
    let rows = try asUsage {
      try ExportedRows(entries, format, to: images.target, installation.configuration.registries)
    }
    for row in rows.left { leftOut(row.source, row.reason) }
    try requireAll(rows.left.count, of: entries.count, format)
    if file == "-" { return Console.write(rows.text, to: 1) }
    try saying { () throws(SystemError) in try write(rows.text) }
    done(entries.count - rows.left.count)
  }

  /// - Throws: where a row cannot be read.
  private func forEachRow(of table: any MirrorTable, _ body: (MirrorEntry) throws -> Void) async throws {
    try await table.forEachPage { page in
      if let row = page.unreadable.first {
        throw InterchangeError("the mirror of \(row.source) cannot be read: \(row.reason); nothing was exported")
      }
      for var entry in page.entries {
        // Nobody writes what was seen, and of a rule that may be a lot.
        entry.observed = [:]
        try body(entry)
      }
    }
  }

  /// Writes rows as they come: into the place of a file when all are there, and elsewhere once it is known that they will
  /// be.
  private func write(_ rows: StreamedRows, of table: any MirrorTable, _ format: InterchangeFormat) async throws {
    if !isSpecial {
      let draft = try saying { () throws(SystemError) in try FileDraft(file, isPrivate: false) }
      let written: Int
      do {
        written = try await write(rows, of: table, format) { bytes throws(SystemError) in try draft.write(bytes) }
      } catch {
        draft.discard()
        throw error
      }
      try saying { () throws(SystemError) in try draft.commit() }
      return done(written)
    }
    _ = try await write(rows, of: table, format) { _ in }
    if file == "-" {
      _ = try await write(rows, of: table, format, isQuiet: true) { Console.write(Array($0), to: 1) }
      return
    }
    let descriptor = open(file, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw InterchangeError(SystemError("write \(file)").description.cleaned) }
    defer { close(descriptor) }
    let written = try await write(rows, of: table, format, isQuiet: true) { bytes throws(SystemError) in
      if let failure = writeAll(bytes, to: descriptor) { throw SystemError("write \(file)", code: failure) }
    }
    done(written)
  }

  /// - Returns: how many rows were written.
  /// - Throws: where some cannot be said, and all are wanted.
  private func write(
    _ rows: StreamedRows, of table: any MirrorTable, _ format: InterchangeFormat, isQuiet: Bool = false,
    _ take: (ArraySlice<UInt8>) throws(SystemError) -> Void
  ) async throws -> Int {
    var (rows, count, left) = (rows, 0, 0)
    var text = Array(rows.beginning.utf8)
    try await forEachRow(of: table) { entry in
      count += 1
      let (line, refusal) = try rows.add(entry)
      text += line.utf8
      if let refusal {
        left += 1
        if !isQuiet { leftOut(entry.source, refusal) }
      }
      guard text.count >= 1 << 16 else { return }
      try saying { () throws(SystemError) in try take(text[...]) }
      text.removeAll(keepingCapacity: true)
    }
    try requireAll(left, of: count, format)
    text += rows.end.utf8
    try saying { () throws(SystemError) in try take(text[...]) }
    return count - left
  }

  private func leftOut(_ source: String, _ reason: String) { Console.note("skipped: \(source): it \(reason)") }

  private func requireAll(_ left: Int, of count: Int, _ format: InterchangeFormat) throws {
    if left == 0 || partial { return }
    throw InterchangeError(
      "\(left) of \(count) mirrors cannot be written in the \(format.rawValue) format; nothing was exported. Use --partial to export the others, or export all as JSON"
    )
  }

  private func done(_ count: Int) { Console.note("exported \(count) mirrors to \(file.cleaned)") }

  private func saying<Value>(_ body: () throws(SystemError) -> Value) throws -> Value {
    do throws(SystemError) {
      return try body()
    } catch {
      throw InterchangeError(error.description.cleaned)
    }
  }

  /// A pipe or a terminal, which is written to and not replaced.
  private var isSpecial: Bool {
    var status = stat()
    return file == "-" || (stat(file, &status) == 0 && status.st_mode & S_IFMT != S_IFREG)
  }

  private func write(_ text: String) throws(SystemError) {
    if !isSpecial { return try replaceFile(file, with: Array(text.utf8), isPrivate: false) }
    let descriptor = open(file, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError("write \(file)") }
    defer { close(descriptor) }
    if let failure = writeAll(text, to: descriptor) { throw SystemError("write \(file)", code: failure) }
  }
}

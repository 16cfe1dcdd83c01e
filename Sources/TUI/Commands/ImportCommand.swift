import ArgumentParser
import FoundationEssentials
import Glibc
import Installation
import MirrorCore
import Support

/// The forms in which mirrors come in and go out.
enum InterchangeFormat: String, ExpressibleByArgument, CaseIterable {
  case csv
  case json

  /// By the name's ending.
  ///
  /// - Throws: `ValidationError` where that tells nothing.
  static func of(_ file: String, given: InterchangeFormat?) throws -> InterchangeFormat {
    if let given { return given }
    let ending = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard let format = InterchangeFormat(rawValue: ending) else {
      throw ValidationError("The name of '\(file.cleaned)' does not tell the format; give --format csv or json.")
    }
    return format
  }

  func read(_ text: String) throws -> [MirrorEntry] {
    switch self {
    case .csv: try CSVRows.read(text)
    case .json: try JSONRows.read(text)
    }
  }

  func write(_ entries: [MirrorEntry]) throws -> String {
    switch self {
    case .csv: try CSVRows.write(entries)
    case .json: try JSONRows.write(entries)
    }
  }
}

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Add or change mirrors from a file: all of them, or none.",
    discussion: """
      CSV: source,destination,expires,enabled; several destinations in one field are separated by spaces; the first two \
      columns suffice. JSON: as `export` writes it. Mirrors that the file does not name stay as they are.
      """)

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The file; - for standard input.", completion: .file(extensions: ["csv", "json"]))
  var file: String

  @Option(help: "The file's form, where its name does not tell.")
  var format: InterchangeFormat?

  @Flag(help: "Only say what would change.")
  var dryRun = false

  /// Larger files are no tables of mirrors.
  private static let limit = 256 << 20

  func run() async throws {
    let format = try InterchangeFormat.of(file, given: format)
    let text = try text()
    let entries: [MirrorEntry]
    do {
      entries = try format.read(text)
    } catch let error as InterchangeError {
      throw InterchangeError("\(file.cleaned): \(error); nothing was imported")
    }
    if let twice = Dictionary(grouping: entries, by: \.source).filter({ $1.count > 1 }).keys.min() {
      throw InterchangeError("\(file.cleaned): \(twice.cleaned) is there more than once; nothing was imported")
    }
    let service = try await (dryRun ? ecrmirror.open() : ecrmirror.openToChange()).service
    let (added, changed, same) = try await service.import(entries, dryRun: dryRun)
    Console.note(
      "\(dryRun ? "would add" : "added") \(added), \(dryRun ? "change" : "changed") \(changed), \(same) as they were")
  }

  private func text() throws -> String {
    let isInput = file == "-"
    // Whatever can be read: also a pipe, as in `import <(command)`.
    let descriptor = isInput ? 0 : open(file, O_RDONLY | O_CLOEXEC)
    defer { if !isInput { close(descriptor) } }
    guard descriptor >= 0, let bytes = Console.readAll(descriptor, limit: Self.limit) else {
      throw InterchangeError("\(SystemError("read \(file.cleaned)"))")
    }
    guard bytes.count <= Self.limit else { throw InterchangeError("\(file.cleaned) is larger than 256 MiB") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw InterchangeError("\(file.cleaned) is not UTF-8 text")
    }
    return text
  }
}

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write all mirrors to a file that `import` reads.")

  @ParentCommand var ecrmirror: EcrmirrorCommand

  @Argument(help: "The file; - for standard output.", completion: .file(extensions: ["csv", "json"]))
  var file: String

  @Option(help: "The file's form, where its name does not tell.")
  var format: InterchangeFormat?

  func run() async throws {
    let format = try InterchangeFormat.of(file, given: format)
    let snapshot = try await ecrmirror.open().service.snapshot(finishedJobs: 0)
    if let row = snapshot.unreadable.first {
      throw InterchangeError("the mirror of \(row.source) cannot be read: \(row.reason); nothing was exported")
    }
    let text = try format.write(snapshot.mirrors.map(\.entry))
    if file == "-" { return Console.write(text, to: 1) }
    do {
      try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
    } catch {
      throw InterchangeError("\(file.cleaned) cannot be written")
    }
    Console.note("exported \(snapshot.mirrors.count) mirrors to \(file.cleaned)")
  }
}

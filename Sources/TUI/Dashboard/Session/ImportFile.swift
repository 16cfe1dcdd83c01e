import Documents
import FoundationEssentials
import Interchange
import MirrorCore
import Support

/// A file of mirrors that somebody imports in the dashboard: any that needs no more than its name.
enum ImportFile {
  /// - Parameters:
  ///   - file: as for `FileSaver`.
  ///   - environment: the variables that it may name.
  /// - Throws: what cannot be read, with its line.
  static func read(
    _ file: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> ImportedRows {
    let path = FileSaver.absolute(file)
    guard let text = String(validating: try readFile(path, limit: ImportedRows.largestFile), as: UTF8.self) else {
      throw MirrorError(.invalid, "it is not UTF-8 text")
    }
    do {
      return try ImportedRows(
        text, try InterchangeFormat.ofImport(path), to: nil, environment: environment)
    } catch let misuse as InterchangeMisuse {
      throw MirrorError(
        .invalid, "\(misuse.description) Only `ecrmirror import` takes these options: quit the dashboard and use it.")
    } catch let errors as DocumentErrors {
      guard let first = errors.errors.first else { throw errors }
      let others = errors.errors.count + errors.more - 1
      let rest = others > 0 ? " (and \(counted(others, "more mistake")); `ecrmirror import` lists them)" : ""
      throw MirrorError(.invalid, "\(first)\(rest)")
    }
  }
}

import Documents
import Interchange
import MirrorCore
import Support

/// A file of mirrors that somebody imports in the dashboard: any that needs no more than its name.
enum ImportFile {
  /// Larger files are no tables of mirrors.
  private static let limit = 32 << 20

  /// - Parameter file: as for `FileSaver`.
  /// - Throws: what cannot be read, with its line.
  static func read(_ file: String) throws -> [MirrorEntry] {
    let path = FileSaver.absolute(file)
    guard let text = String(validating: try readFile(path, limit: limit), as: UTF8.self) else {
      throw MirrorError(.invalid, "it is not UTF-8 text")
    }
    do {
      return try ImportedRows(text, try InterchangeFormat(file: path), to: nil).entries
    } catch let errors as DocumentErrors {
      guard let first = errors.errors.first else { throw errors }
      let others = errors.errors.count + errors.more - 1
      throw MirrorError(.invalid, "\(first) (and \(counted(others, "mistake")) more; `ecrmirror import` tells them)")
    }
  }
}

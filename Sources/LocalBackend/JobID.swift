import GRDB
import MirrorCore
import Support

/// A job's id in a local store. It names the job's folder, so it is nothing but a name: 1 to 64 letters, digits and `-`
/// of ASCII, the first no `-`.
struct JobID: Sendable, Hashable, CustomStringConvertible {
  let description: String
  let fileName: FileName

  /// - Returns: nil for whatever else stands in a row, a variable of the environment or an argument.
  init?(_ text: String) {
    let bytes = text.utf8
    guard (1...64).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
      bytes.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: "-") }), let name = FileName(text)
    else { return nil }
    (description, fileName) = (text, name)
  }

  /// Reads an id that somebody gave.
  ///
  /// - Throws: `MirrorError.notFound`: no job can have such an id.
  init(given text: String) throws(MirrorError) {
    guard let id = JobID(text) else {
      throw MirrorError(.notFound, "there is no job \(text.cleaned.shortened(to: 80))")
    }
    self = id
  }
}

extension JobID: DatabaseValueConvertible {
  var databaseValue: DatabaseValue { description.databaseValue }

  static func fromDatabaseValue(_ value: DatabaseValue) -> JobID? {
    // Bytes that SQLite would show as text as well are no id.
    guard case .string(let text) = value.storage else { return nil }
    return JobID(text)
  }
}

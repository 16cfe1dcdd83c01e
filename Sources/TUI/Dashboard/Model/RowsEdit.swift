import FoundationEssentials
import MirrorCore

/// A change of rows that was made here, so that it can be taken back.
struct RowsEdit: Sendable, Equatable {
  /// What was done, as one says it: `disabled 14 mirrors`.
  let what: String
  let change: RowsChanged

  /// How many are kept, and of how many rows: tables are long, and each row is there twice.
  static let most = 20
  static let mostRows = 20_000
}

extension [RowsEdit] {
  /// With a further one at the end; the newest stays whatever its size.
  func keeping(_ edit: RowsEdit) -> [RowsEdit] {
    var edits = Array((self + [edit]).suffix(RowsEdit.most))
    while edits.count > 1, edits.reduce(0, { $0 + $1.change.written.count }) > RowsEdit.mostRows { edits.removeFirst() }
    return edits
  }
}

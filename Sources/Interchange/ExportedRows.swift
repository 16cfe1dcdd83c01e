import MirrorCore

/// Rows as the text of a file, and those that its form cannot hold.
public struct ExportedRows {
  public internal(set) var text = ""
  /// With the reason, as words that follow "it".
  public internal(set) var left: [(source: String, reason: String)] = []

  /// - Parameter write: what a row becomes, or why it cannot.
  init(_ entries: [MirrorEntry], _ write: (MirrorEntry) throws(Unsayable) -> Void) {
    for entry in entries {
      do throws(Unsayable) {
        try write(entry)
      } catch {
        left.append((entry.source, error.reason))
      }
    }
  }
}

/// What a form cannot say about a row, as words that follow "it".
struct Unsayable: Error {
  let reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}

extension MirrorEntry {
  /// Checks what no configuration of a copying program can say.
  func checkIsPlain(options known: Set<String>) throws(Unsayable) {
    do throws(MirrorError) {
      try validate()
    } catch {
      throw Unsayable("is invalid: \(error)")
    }
    if !enabled { throw Unsayable("is disabled") }
    if expires != nil { throw Unsayable("has an expiry date") }
    if let option = options.keys.filter({ !known.contains($0) }).min() { throw Unsayable("has the option \(option)") }
    if tags?.suffix != nil { throw Unsayable("has a version suffix") }
    if tags?.latest != nil { throw Unsayable("takes only the latest tags") }
    if tags?.max != nil { throw Unsayable("has a maximum of tags") }
  }
}

import FoundationEssentials
import MirrorCore
import OCIRegistry

@testable import Documents
@testable import Interchange

/// Reads a file of mirrors, writes what came and reads that: the rows are the same.
private func interchange(
  _ bytes: [UInt8], _ format: InterchangeFormat, to target: ImageTarget? = nil
) throws(Broken) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let read = try rows(text, format, target) else { return }
  for note in read.notes { try holdReadable(note) }
  let entries = read.entries.map(\.forInterchange)
  guard let written = try? ExportedRows(entries, format, to: target) else { throw Broken("nothing was written") }
  let left = Set(written.left.map(\.source))
  let kept = entries.filter { !left.contains($0.source) }
  guard let again = try rows(written.text, format, target) else {
    // Without a row there is nothing in some forms.
    return try hold(kept.isEmpty, "what was written cannot be read:\n\(written.text)")
  }
  let came = again.entries.map(\.forInterchange)
  try hold(came.count == kept.count, "\(kept.count) rows became \(came.count)")
  // Registries may come in another order.
  let place = Dictionary(came.map { ($0.fullSource, $0) }) { first, _ in first }
  for entry in kept {
    try hold(
      place[entry.fullSource]?.isSame(as: entry) == true,
      "\(entry)\nbecame \(String(describing: place[entry.fullSource]))")
  }
}

private func rows(_ text: String, _ format: InterchangeFormat?, _ target: ImageTarget?) throws(Broken) -> ImportedRows?
{
  do {
    return try ImportedRows(text, format, to: target)
  } catch let several as DocumentErrors {
    try hold((2...20).contains(several.errors.count), "\(several.errors.count) mistakes")
    for error in several.errors { try holdMistake(error, in: text) }
  } catch let error as DocumentError {
    try holdMistake(error, in: text)
  } catch let misuse as InterchangeMisuse {
    try holdReadable(misuse.description)
  } catch {
    throw Broken("another error: \(error)")
  }
  return nil
}

private func holdMistake(_ error: DocumentError, in text: String) throws(Broken) {
  try hold((1...text.count + 1).contains(error.line ?? 1), "line \(error.line ?? 0)")
  try holdReadable(error.description)
}

extension MirrorEntry {
  /// As every form can hold it: times in whole seconds.
  fileprivate var forInterchange: MirrorEntry {
    var entry = self
    entry.expires = expires.map { Date(timeIntervalSince1970: $0.timeIntervalSince1970.rounded(.down)) }
    return entry
  }

  /// Whether it means the same, however its references are spelled.
  fileprivate func isSame(as other: MirrorEntry) -> Bool {
    func canonical(_ entry: MirrorEntry) -> MirrorEntry {
      var entry = entry
      entry.source = entry.fullSource
      // Of patterns that take all, one is as good as many.
      if entry.tags?.takesAll == true { entry.tags?.include = [] }
      if entry.tags == nil, let image = try? entry.images().first {
        entry.destinations = image.destinations.map(\.description)
      } else {
        entry.destinations = entry.destinations.map { (try? ImageReference($0).description) ?? $0 }
      }
      return entry
    }
    return canonical(self) == canonical(other)
  }
}

extension FuzzTarget {
  static let csv = FuzzTarget("csv") { bytes throws(Broken) in try interchange(bytes, .csv) }

  static let json = FuzzTarget("json") { bytes throws(Broken) in
    try document(json: bytes)
    try interchange(bytes, .json)
  }

  static let list = FuzzTarget("list") { bytes throws(Broken) in
    try interchange(bytes, .list, to: ImageTarget(prefix: "mirror.example.com/all", layout: .whole))
  }

  /// Forms that are only read; what the content tells is among them.
  static let foreign = FuzzTarget("foreign") { bytes throws(Broken) in
    let text = String(decoding: bytes, as: UTF8.self)
    for target in [nil, ImageTarget(prefix: "mirror.example.com/all")] {
      for format in [nil, .dregsy, .imageSyncer, .ocMirror, .kubernetes, .compose] as [InterchangeFormat?] {
        guard let read = try rows(text, format, target) else { continue }
        for note in read.notes { try holdReadable(note) }
      }
    }
  }

  static let regsync = FuzzTarget("regsync") { bytes throws(Broken) in try interchange(bytes, .regsync) }

  static let skopeo = FuzzTarget("skopeo") { bytes throws(Broken) in
    try interchange(
      bytes, .skopeo,
      to: ImageTarget(prefix: "mirror.example.com/all", layout: bytes.count.isMultiple(of: 2) ? .whole : nil))
  }
}

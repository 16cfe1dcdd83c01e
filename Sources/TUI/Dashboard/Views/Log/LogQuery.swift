import MirrorCore
import Support

/// What is looked for in a log: words as they stand, or a regular expression between slashes, whatever their case; or
/// some of the images of a job that has several.
struct LogQuery: Sendable, Equatable {
  private enum Wanted: Equatable {
    case pattern(SearchPattern)
    case images(Set<String>)
  }

  /// As it was typed, or the images' sources.
  let text: String
  private let wanted: Wanted

  /// - Throws: `FilterError` for what is no regular expression, and for what would take too long to look for.
  init(_ text: String) throws(FilterError) {
    self.text = text
    if text.hasPrefix("/") {
      let body = text.dropFirst()
      wanted = .pattern(
        try SearchPattern(filter: String(body.hasSuffix("/") ? body.dropLast() : body), findsRanges: true))
    } else {
      let words = text.unicodeScalars.map { Self.special.contains($0) ? "\\\($0)" : String($0) }.joined()
      wanted = .pattern(try SearchPattern(filter: words, findsRanges: true))
    }
  }

  /// - Parameter images: the sources of some of a job's images, at least one.
  init(images: Set<String>) {
    text = images.count == 1 ? images.first ?? "" : counted(images.count, "image")
    wanted = .images(images)
  }

  private static let special = Set("\\^$.[]|()*+?{}".unicodeScalars)

  func matches(_ line: String) -> Bool {
    switch wanted {
    case .pattern(let pattern): pattern.matches(Array(line.utf8))
    case .images(let images): LogLine.image(in: line).map { images.contains(String($0)) } ?? false
    }
  }

  /// The text in pieces, every other one a match: the first may be empty.
  func pieces(of line: String) -> [String] {
    guard case .pattern(let pattern) = wanted else { return [line] }
    let bytes = Array(line.utf8)
    var pieces: [String] = []
    var at = 0
    for match in pattern.ranges(in: bytes) {
      pieces.append(String(decoding: bytes[at..<match.lowerBound], as: UTF8.self))
      pieces.append(String(decoding: bytes[match], as: UTF8.self))
      at = match.upperBound
    }
    return pieces + [String(decoding: bytes[at...], as: UTF8.self)]
  }
}

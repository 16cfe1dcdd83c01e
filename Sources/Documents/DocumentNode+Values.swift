import Support
import Yams

extension DocumentNode {
  /// - Throws: also where nothing stands: `null` is a text in quotes only.
  public func text() throws(DocumentError) -> String {
    guard !isEmpty, let text = node?.scalar?.string, !text.isEmpty else { throw mistake("a string is expected here") }
    return text
  }

  public func texts() throws(DocumentError) -> [String] {
    guard let list = try list() else { throw mistake("a list is expected here, as in [one, two]") }
    var texts: [String] = []
    for place in list { texts.append(try place.text()) }
    return texts
  }

  public func flag() throws(DocumentError) -> Bool {
    guard let flag = node?.bool else { throw mistake("true or false is expected here") }
    return flag
  }

  public func integer(in range: ClosedRange<Int>) throws(DocumentError) -> Int {
    // Yams reads `1:30` as a number of base 60, and ends the program where that is too large.
    guard let number = node?.scalar.flatMap({ Int($0.string) }), range.contains(number) else {
      throw mistake("a whole number from \(range.lowerBound) to \(range.upperBound) is expected here")
    }
    return number
  }

  public func duration(in range: ClosedRange<Duration>) throws(DocumentError) -> Duration {
    guard let duration = Duration(text: try text()), range.contains(duration) else {
      throw mistake(
        "a time from \(range.lowerBound.brief) to \(range.upperBound.brief) is expected here, as in 90s, 15m or 6h")
    }
    return duration
  }

  /// A number of bytes, or one in a unit as in `20 MiB`, `1.5GB` or `500k`.
  public func bytes(in range: ClosedRange<Int64>) throws(DocumentError) -> Int64 {
    guard let bytes = Int64(bytes: try text()), range.contains(bytes) else {
      throw mistake(
        "bytes from \(range.lowerBound.inUnits) to \(range.upperBound.inUnits) are expected here, as in 20MiB or 1.5GB")
    }
    return bytes
  }
}

public import FoundationEssentials

/// A part of a log.
public struct LogPage: Sendable, Equatable {
  public var lines: [LogLine]
  /// Where to go on.
  public var cursor: String
  /// The attempt these lines are of.
  public var attempt: Int
  /// Lines before the first of these, of a page without a cursor.
  public var skipped: Int

  public init(lines: [LogLine], cursor: String, attempt: Int, skipped: Int = 0) {
    self.lines = lines
    self.cursor = cursor
    self.attempt = attempt
    self.skipped = skipped
  }
}

public struct LogLine: Sendable, Equatable {
  public let time: Date?
  /// One line as it was logged, not cleaned.
  public let text: String

  public init(time: Date?, text: String) {
    self.time = time
    self.text = text
  }
}

extension LogLine {
  /// What lines have in the log of a job of several images that are about one of them: `image=SOURCE`, after the message.
  static let image = "image"

  /// The source of the image that the line is about, of a job of several; nil for a line about the whole job.
  public static func image(in text: String) -> Substring? {
    let mark = " \(image)="
    // The message comes first, and may hold anything.
    guard let start = text.ranges(of: mark).last?.upperBound else { return nil }
    let source = text[start...].prefix { $0 != " " }
    return source.isEmpty ? nil : source
  }
}

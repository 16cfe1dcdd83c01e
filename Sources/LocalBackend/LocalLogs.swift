import FoundationEssentials
import Glibc
public import MirrorCore
import Support

/// Job logs as files: `jobs/ID/attempt-N.log`, a line each with its time first.
public struct LocalLogs: JobLogs {
  /// Bytes read for one answer.
  static let limit = 1 << 20

  let store: LocalStore

  public init(_ store: LocalStore) {
    self.store = store
  }

  static func name(_ attempt: Int) -> FileName { FileName("attempt-\(attempt).log") ?? "attempt.log" }

  /// A job's process ends after what it wrote.
  public var lag: Duration { .zero }

  public func lines(job: String, attempt: Int?, after cursor: String?, limit: Int) async throws -> LogPage {
    let id = try JobID(given: job)
    let folder = try store.jobFolder(id)
    let number = attempt ?? newest(folder)
    var position = cursor.flatMap(LogCursor.init) ?? LogCursor(attempt: number, offset: 0)
    // Another attempt began: its log from the start.
    if position.attempt != number { position = LogCursor(attempt: number, offset: 0) }
    let file = try LogFile(folder, Self.name(number))
    var skipped = 0
    if cursor == nil && file.size > Self.limit {
      skipped = try Self.countLines(file, upTo: file.size - Self.limit)
      position.offset = file.size - Self.limit
    }
    var (lines, read) = try Self.read(file, from: position.offset)
    if skipped > 0, !lines.isEmpty { lines.removeFirst() }
    if cursor == nil && lines.count > limit {
      skipped += lines.count - limit
      lines.removeFirst(lines.count - limit)
    }
    position.offset += read
    return LogPage(
      lines: lines.map(Self.line), cursor: position.description, attempt: number, skipped: skipped)
  }

  private func newest(_ folder: OpenFolder?) -> Int {
    guard let folder else { return 1 }
    var number = 1
    while number < StoredJob.attemptNumbers.upperBound, folder.has(Self.name(number + 1)) { number += 1 }
    return number
  }

  private static func line(_ text: String) -> LogLine {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard let first = parts.first, let time = Date(rfc3339: String(first)) else {
      return LogLine(time: nil, text: text)
    }
    return LogLine(time: time, text: parts.count > 1 ? String(parts[1]) : "")
  }

  // MARK: - Files

  /// Whole lines from an offset, and the bytes they take; a line not yet ended is left for the next time.
  private static func read(_ file: LogFile, from offset: Int) throws(SystemError) -> ([String], Int) {
    let bytes = try file.bytes(from: offset, count: limit)
    guard let end = bytes.lastIndex(of: 0x0a) else {
      // A full window without a line end is passed on as it is, or no one would ever get past it.
      return bytes.count == limit ? ([String(decoding: bytes, as: UTF8.self)], limit) : ([], 0)
    }
    var splitter = LineSplitter(limit: limit)
    return (splitter.feed(bytes[...end]), end + 1)
  }

  private static func countLines(_ file: LogFile, upTo end: Int) throws(SystemError) -> Int {
    var (count, offset) = (0, 0)
    while offset < end {
      let bytes = try file.bytes(from: offset, count: min(limit, end - offset))
      if bytes.isEmpty { break }
      count += bytes.count { $0 == 0x0a }
      offset += bytes.count
    }
    return count
  }
}

/// The log of one attempt, open; one that is not there yet is empty.
private final class LogFile {
  /// Bytes when it was opened.
  let size: Int
  private let descriptor: CInt?

  init(_ folder: OpenFolder?, _ name: FileName) throws(SystemError) {
    var (opened, status) = (CInt?.none, stat())
    do throws(SystemError) {
      opened = try folder?.file(name, O_RDONLY)
    } catch  where error.code == ENOENT {}
    descriptor = opened
    size = opened.map { fstat($0, &status) == 0 ? Int(status.st_size) : 0 } ?? 0
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  func bytes(from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    guard let descriptor else { return [] }
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let read = pread(descriptor, buffer.baseAddress, count, off_t(offset))
      failed = read < 0
      filled = max(read, 0)
    }
    if failed { throw SystemError("read the log of the job") }
    return bytes
  }
}

/// Where a reader of logs is: attempt and byte, as `2:4711`.
private struct LogCursor: CustomStringConvertible {
  var attempt: Int
  var offset: Int

  init(attempt: Int, offset: Int) {
    self.attempt = attempt
    self.offset = offset
  }

  init?(_ text: String) {
    let parts = text.split(separator: ":").compactMap { Int($0) }
    guard parts.count == 2, StoredJob.attemptNumbers.contains(parts[0]), (0...1 << 50).contains(parts[1]) else {
      return nil
    }
    self.init(attempt: parts[0], offset: parts[1])
  }

  var description: String { "\(attempt):\(offset)" }
}

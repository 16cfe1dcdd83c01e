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

  static func path(_ store: LocalStore, _ job: String, _ attempt: Int) -> String {
    "\(store.jobFolder(job))/attempt-\(attempt).log"
  }

  /// A job's process ends after what it wrote.
  public var lag: Duration { .zero }

  public func lines(job: String, attempt: Int?, after cursor: String?, limit: Int) async throws -> LogPage {
    // An id names a folder: nothing else may come through.
    guard job.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else {
      throw MirrorError(.notFound, "there is no job \(job.cleaned.shortened(to: 80))")
    }
    let number = attempt ?? newest(job)
    var position = cursor.flatMap(LogCursor.init) ?? LogCursor(attempt: number, offset: 0)
    // Another attempt began: its log from the start.
    if position.attempt != number { position = LogCursor(attempt: number, offset: 0) }
    let path = Self.path(store, job, number)
    let size = Self.size(path)
    var skipped = 0
    if cursor == nil && size > Self.limit {
      skipped = try Self.countLines(path, upTo: size - Self.limit)
      position.offset = size - Self.limit
    }
    var (lines, read) = try Self.read(path, from: position.offset)
    if skipped > 0, !lines.isEmpty { lines.removeFirst() }
    if cursor == nil && lines.count > limit {
      skipped += lines.count - limit
      lines.removeFirst(lines.count - limit)
    }
    position.offset += read
    return LogPage(
      lines: lines.map(Self.line), cursor: position.description, attempt: number, skipped: skipped)
  }

  private func newest(_ job: String) -> Int {
    var number = 1
    while access(Self.path(store, job, number + 1), F_OK) == 0 { number += 1 }
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

  static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Whole lines from an offset, and the bytes they take; a line not yet ended is left for the next time.
  private static func read(_ path: String, from offset: Int) throws(SystemError) -> ([String], Int) {
    let bytes = try bytes(path, from: offset, count: limit)
    guard let end = bytes.lastIndex(of: 0x0a) else {
      // A full window without a line end is passed on as it is, or no one would ever get past it.
      return bytes.count == limit ? ([String(decoding: bytes, as: UTF8.self)], limit) : ([], 0)
    }
    var splitter = LineSplitter(limit: limit)
    return (splitter.feed(bytes[...end]), end + 1)
  }

  private static func countLines(_ path: String, upTo end: Int) throws(SystemError) -> Int {
    var (count, offset) = (0, 0)
    while offset < end {
      let bytes = try bytes(path, from: offset, count: min(limit, end - offset))
      if bytes.isEmpty { break }
      count += bytes.count { $0 == 0x0a }
      offset += bytes.count
    }
    return count
  }

  private static func bytes(_ path: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    // No log yet is an empty log.
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let read = pread(descriptor, buffer.baseAddress, count, off_t(offset))
      failed = read < 0
      filled = max(read, 0)
    }
    if failed { throw SystemError("read the log \(path)") }
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
    guard parts.count == 2, parts[1] >= 0 else { return nil }
    self.init(attempt: parts[0], offset: parts[1])
  }

  var description: String { "\(attempt):\(offset)" }
}

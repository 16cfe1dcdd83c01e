/// What a process has read and written, as Linux counts it: https://man7.org/linux/man-pages/man5/proc_pid_io.5.html
public enum ProcessTraffic {
  /// Bytes that it gave to `write` and its like, to sockets, pipes and files, since it began.
  ///
  /// - Returns: nil where there is no such process, or it is another user's.
  public static func written(by process: Int32) -> Int64? {
    guard let lines = try? String(decoding: readFile("/proc/\(process)/io", limit: 4096), as: UTF8.self) else {
      return nil
    }
    return written(lines)
  }

  static func written(_ lines: String) -> Int64? {
    let prefix = "wchar: "
    return lines.split(separator: "\n").first { $0.hasPrefix(prefix) }.flatMap { Int64($0.dropFirst(prefix.count)) }
  }
}

import Glibc
import Support

/// How many jobs this machine's memory has room for.
enum CopyCeiling {
  /// Jobs at once where nothing else bounds them: with more, skopeo's requests alone keep a line busy.
  static let most = 32
  /// Bytes that a job's process and its skopeo hold together, while an image with many large layers is copied.
  private static let job: Int64 = 128 << 20

  /// - Parameter memory: bytes that may be taken; nil where nobody knows.
  static func jobs(memory: Int64?) -> Int {
    guard let memory else { return most }
    return min(max(Int(clamping: memory / job), 1), most)
  }

  /// Bytes that processes may still take: what the system has, or less where a control group bounds them.
  static func memory(
    read: (String) -> String? = { path in
      (try? readFile(path, limit: 65536)).map { String(decoding: $0, as: UTF8.self) }
    }
  ) -> Int64? {
    let lines = (read("/proc/meminfo") ?? "").split(separator: "\n")
    let available = lines.first { $0.hasPrefix("MemAvailable:") }?.split(separator: " ").dropFirst().first
    let system = available.flatMap { Int64($0) }.map { $0.times(1024) }
    let groups = (read("/proc/self/cgroup") ?? "").split(separator: "\n")
    let group = groups.first { $0.hasPrefix("0::") }?.dropFirst(3)
    let bound = group.flatMap { read("/sys/fs/cgroup\($0)/memory.max") }.flatMap { Int64($0.trimmedOfBlanks) }
    return [system, bound].compactMap(\.self).min()
  }
}

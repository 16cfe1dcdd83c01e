import CProcess
public import Foundation
import Glibc
import Support

/// A program that a test starts, with no file of this process open but those it is given, and no signal blocked.
///
/// Foundation's `Process` looks through `/proc/self/fd` by copying names of a fixed length (`Process.swift` of
/// swift-corelibs-foundation), and so past the end of what it read where a process has over a thousand open files, as
/// this one has while all tests run: then it may crash.
public final class Child: Sendable {
  /// What one of the standard streams is.
  public enum Stream: Sendable {
    case null
    /// That of this process.
    case inherited
    case pipe(Pipe)
  }

  public let processIdentifier: Int32
  private let name: String
  /// As `waitpid` gave it; nil while it runs.
  private let ended = Lock<CInt?>(nil)

  /// - Parameters:
  ///   - words: a path and its arguments.
  ///   - environment: nil for that of this process.
  public init(
    _ words: [String], environment: [String: String]? = nil, input: Stream = .null, output: Stream = .null,
    errors: Stream = .null
  ) throws {
    name = words.first.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? ""
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, number, flags) in [(input, 0, O_RDONLY), (output, 1, O_WRONLY), (errors, 2, O_WRONLY)] {
      switch stream {
      case .null: posix_spawn_file_actions_addopen(&actions, CInt(number), "/dev/null", flags, 0)
      case .inherited: break
      case .pipe(let pipe):
        let end = number == 0 ? pipe.fileHandleForReading : pipe.fileHandleForWriting
        posix_spawn_file_actions_adddup2(&actions, end.fileDescriptor, CInt(number))
      }
    }
    ep_close_from(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0)=\($1)" }
    var (arguments, values) = (words.map { strdup($0) } + [nil], variables.map { strdup($0) } + [nil])
    defer { (arguments + values).forEach { free($0) } }
    var process = pid_t()
    let code = posix_spawn(&process, words.first ?? "", &actions, &attributes, &arguments, &values)
    // The child's ends are the child's alone: so this one sees the end of what it says.
    if case .pipe(let pipe) = input { try pipe.fileHandleForReading.close() }
    for case .pipe(let pipe) in [output, errors] { try? pipe.fileHandleForWriting.close() }
    guard code == 0 else { throw SystemError("start \(name)", code: code) }
    processIdentifier = process
  }

  public var isRunning: Bool {
    ended.withLock { ended in
      var status: CInt = 0
      if ended == nil, waitpid(processIdentifier, &status, WNOHANG) == processIdentifier { ended = status }
      return ended == nil
    }
  }

  /// Whether it ended with exit code 0.
  public var hasSucceeded: Bool { ended.withLock { $0 == 0 } }

  public func signal(_ signal: CInt) {
    if isRunning { kill(processIdentifier, signal) }
  }

  /// Waits for the end of the process; one that does not end is killed.
  ///
  /// - Throws: `NeverHappened`.
  public func end() throws {
    let deadline = ContinuousClock.now + patience
    while isRunning {
      guard ContinuousClock.now < deadline else {
        signal(SIGKILL)
        throw NeverHappened(what: "the end of \(name)", limit: patience)
      }
      usleep(2000)
    }
  }

  /// Runs a program to its end.
  ///
  /// - Throws: where it fails, or never ends.
  public static func run(_ words: String...) throws {
    let child = try Child(words)
    try child.end()
    guard child.hasSucceeded else { throw SystemError("run \(words.prefix(2).joined(separator: " "))", code: EIO) }
  }
}

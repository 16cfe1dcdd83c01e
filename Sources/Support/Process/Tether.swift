import CProcess
import Glibc

/// Has a program end with the one that starts it, however that one ends: what is started is `PROGRAM tethered PARENT
/// OTHER ARGUMENT…`, which asks the kernel for it and then becomes `OTHER`.
public enum Tether {
  private static let word = "tethered"

  /// The arguments for a program that calls `takeOver` first of all.
  ///
  /// The kernel watches the thread that starts it: that must live as long as the process.
  public static func arguments(_ program: String, _ arguments: [String]) -> [String] {
    [word, String(getpid()), program] + arguments
  }

  /// Becomes the other program where the arguments say so, and returns otherwise.
  ///
  /// - Parameter arguments: of this process, its name first.
  public static func takeOver(_ arguments: [String]) {
    guard arguments.count > 3, arguments[1] == word, let parent = pid_t(arguments[2]) else { return }
    _ = ep_end_with_parent(SIGKILL)
    // It ended before anybody was watching.
    guard getppid() == parent else { _exit(1) }
    let program = arguments[3]
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.dropFirst(3).map { strdup($0) }
    pointers.append(nil)
    execv(program, &pointers)
    let reason = "cannot run \(program): \(String(cString: strerror(errno)))\n"
    _ = reason.withCString { write(2, $0, strlen($0)) }
    _exit(126)
  }
}

import CProcess
import Glibc

/// Core dumps, which would hold every secret of a process.
public enum Dumps {
  /// From here on neither this process nor its children leave one, and no other process of this user may look into this
  /// one's memory. To be called first of all.
  ///
  /// A dump that goes to a program (`|` in core_pattern) asks for no limit, as core(5) says, and exec makes a process
  /// dumpable again: what holds for children then is that none of their memory is written, which they inherit.
  public static func forbid() {
    // While /proc/self is this user's.
    let filter = open("/proc/self/coredump_filter", O_WRONLY | O_CLOEXEC)
    if filter >= 0 {
      _ = write(filter, "0", 1)
      close(filter)
    }
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    _ = ep_forbid_dumps()
  }
}

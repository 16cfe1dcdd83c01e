import CProcess
import Glibc

/// Tells when a file of a folder is written, whoever does it on this machine: inotify(7), on a thread of its own. File
/// systems of other machines tell nothing of what is done there.
public final class FileWatch: Sendable {
  /// Closed to end the thread, which closes the rest.
  private let end: CInt

  /// Watches a folder for a file, which need not be there.
  ///
  /// - Parameters:
  ///   - pause: the least time between two tellings, milliseconds; what happens meanwhile is told once.
  ///   - changed: called on the watch's thread, until the watch goes.
  /// - Returns: nil where the system has none left, or no such folder is there.
  public init?(
    _ folder: String, of name: String, pause: UInt32 = 20, changed: @escaping @Sendable () -> Void
  ) {
    let notify = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
    guard notify >= 0 else { return nil }
    let mask = UInt32(IN_MODIFY | IN_MOVED_TO)
    var ends: [CInt] = [-1, -1]
    guard inotify_add_watch(notify, folder, mask) >= 0, ep_pipe(&ends) == 0 else {
      close(notify)
      return nil
    }
    let stop = ends[0]
    end = ends[1]
    let isStarted = Thread.detach {
      Self.watch(notify, until: stop, for: Array(name.utf8), pause: pause, changed)
      close(notify)
      close(stop)
    }
    guard isStarted else {
      close(notify)
      close(stop)
      close(end)
      return nil
    }
  }

  deinit { close(end) }

  private static func watch(
    _ notify: CInt, until stop: CInt, for file: [UInt8], pause: UInt32, _ changed: () -> Void
  ) {
    var waited = [pollfd(fd: notify, events: Int16(POLLIN), revents: 0), pollfd(fd: stop, events: 0, revents: 0)]
    while true {
      guard poll(&waited, 2, -1) >= 0 else {
        if errno == EINTR { continue }
        return
      }
      if waited[1].revents != 0 { return }
      if drain(notify, file) { changed() }
      // Events that come meanwhile are one in the kernel's queue where they are alike.
      usleep(pause * 1000)
    }
  }

  /// Reads all that waits; says whether any of it is about the file.
  private static func drain(_ notify: CInt, _ file: [UInt8]) -> Bool {
    var isAbout = false
    withUnsafeTemporaryAllocation(byteCount: 16384, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
      while true {
        let count = read(notify, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        var offset = 0
        let header = MemoryLayout<inotify_event>.size
        while offset + header <= count {
          let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
          let name = buffer[min(offset + header, count)..<min(offset + header + Int(event.len), count)]
          // Where the queue overflowed there is no name, and anything may have happened.
          if event.wd < 0 || name.prefix(while: { $0 != 0 }).elementsEqual(file) { isAbout = true }
          offset += header + Int(event.len)
        }
      }
    }
    return isAbout
  }
}

import CProcess
import Glibc

/// Tells when a file of a folder is written, whoever does it on this machine: inotify(7), on a thread of its own. File
/// systems of other machines tell nothing of what is done there. Where another folder takes the place of this one, that is
/// told, and it is watched from there on.
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
    let watched = Watched(notify: notify, folder: folder, file: Array(name.utf8))
    var ends: [CInt] = [-1, -1]
    guard watched.isWatched, ep_pipe(&ends) == 0 else {
      close(notify)
      return nil
    }
    let (stop, end) = (ends[0], ends[1])
    let isStarted = Thread.detach {
      Self.watch(watched, until: stop, pause: pause, changed)
      close(notify)
      close(stop)
    }
    guard isStarted else {
      for descriptor in [notify, stop, end] { close(descriptor) }
      return nil
    }
    // Last of all: a watch that has it closes it when it goes, one that came to nothing too.
    self.end = end
  }

  deinit { close(end) }

  private static func watch(_ watched: Watched, until stop: CInt, pause: UInt32, _ changed: () -> Void) {
    let notify = watched.notify
    var watched = watched
    var waited = [pollfd(fd: notify, events: Int16(POLLIN), revents: 0), pollfd(fd: stop, events: 0, revents: 0)]
    while true {
      guard poll(&waited, 2, watched.isWatched ? -1 : missing) >= 0 else {
        if errno == EINTR { continue }
        return
      }
      if waited[1].revents != 0 { return }
      if watched.drain() { changed() }
      // Events that come meanwhile are one in the kernel's queue where they are alike.
      usleep(pause * 1000)
    }
  }

  /// How often a folder is looked for that is gone, milliseconds.
  private static let missing: CInt = 1000
}

/// The folder as inotify has it.
private struct Watched: Sendable {
  let notify: CInt
  let folder: String
  let file: [UInt8]
  /// What events call it; negative where there is no such folder.
  private var number: CInt

  var isWatched: Bool { number >= 0 }

  private static let mask = UInt32(IN_MODIFY | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
  /// Events after which the folder of that name is another one, or none.
  private static let gone = UInt32(IN_IGNORED | IN_MOVE_SELF | IN_UNMOUNT)
  /// Reads before what was heard is told: who writes all the time keeps nobody waiting.
  private static let most = 64

  init(notify: CInt, folder: String, file: [UInt8]) {
    (self.notify, self.folder, self.file) = (notify, folder, file)
    number = inotify_add_watch(notify, folder, Self.mask)
  }

  /// Reads what waits; says whether any of it is about the file.
  mutating func drain() -> Bool {
    var (isAbout, isGone) = (false, false)
    withUnsafeTemporaryAllocation(byteCount: 16384, alignment: MemoryLayout<inotify_event>.alignment) { buffer in
      for _ in 0..<Self.most {
        let count = read(notify, buffer.baseAddress, buffer.count)
        guard count > 0 else { return }
        var offset = 0
        let header = MemoryLayout<inotify_event>.size
        while offset + header <= count {
          let event = buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
          let name = buffer[min(offset + header, count)..<min(offset + header + Int(event.len), count)]
          if event.wd == number && event.mask & Self.gone != 0 { isGone = true }
          // Where the queue overflowed there is no name, and anything may have happened.
          if event.wd < 0 || name.prefix(while: { $0 != 0 }).elementsEqual(file) { isAbout = true }
          offset += header + Int(event.len)
        }
      }
    }
    if isGone || !isWatched { isAbout = watchAgain() || isAbout }
    return isAbout
  }

  /// - Returns: whether a folder is there.
  private mutating func watchAgain() -> Bool {
    let former = number
    number = inotify_add_watch(notify, folder, Self.mask)
    // One that was moved away is still watched.
    if former >= 0, number != former { inotify_rm_watch(notify, former) }
    return isWatched
  }
}

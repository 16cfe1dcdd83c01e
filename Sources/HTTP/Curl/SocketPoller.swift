import CCurl
import Glibc

/// What the engine's thread sleeps on: libcurl's sockets, and `wake`. Everything but `wake` belongs to that thread.
///
/// libcurl's own way to wait looks at each transfer in turn: with a hundred of them under way that costs more than they
/// do.
struct SocketPoller: Sendable {
  private let epoll: CInt
  private let wakeUp: CInt

  /// - Returns: nil where the system has no room for it.
  init?() {
    let epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
    guard epoll >= 0 else { return nil }
    let wakeUp = ec_event_fd()
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(fd: wakeUp))
    guard wakeUp >= 0, epoll_ctl(epoll, EPOLL_CTL_ADD, wakeUp, &event) == 0 else {
      if wakeUp >= 0 { Glibc.close(wakeUp) }
      Glibc.close(epoll)
      return nil
    }
    (self.epoll, self.wakeUp) = (epoll, wakeUp)
  }

  func close() {
    Glibc.close(wakeUp)
    Glibc.close(epoll)
  }

  /// Ends the wait that is under way, or else the next one.
  func wake() {
    var one: UInt64 = 1
    _ = write(wakeUp, &one, MemoryLayout.size(ofValue: one))
  }

  /// - Parameter what: one of `CURL_POLL_…`, as libcurl says what it waits for.
  func watch(_ socket: curl_socket_t, _ what: CInt) {
    var event = epoll_event(events: 0, data: epoll_data(fd: socket))
    if what == CURL_POLL_REMOVE {
      // It may be closed already, and is gone from the set then.
      epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event)
      return
    }
    if what & CURL_POLL_IN != 0 { event.events |= EPOLLIN.rawValue }
    if what & CURL_POLL_OUT != 0 { event.events |= EPOLLOUT.rawValue }
    if epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) != 0 { epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) }
  }

  /// Sleeps until a socket has something, `wake` was called, or the time is over.
  ///
  /// - Parameters:
  ///   - milliseconds: negative for ever.
  ///   - ready: is told each socket with `CURL_CSELECT_…` of what it has.
  func wait(_ milliseconds: CInt, _ ready: (curl_socket_t, CInt) -> Void) {
    withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.atOnce) { events in
      let count = Int(epoll_wait(epoll, events.baseAddress, CInt(Self.atOnce), milliseconds))
      for index in 0..<max(count, 0) {
        let event = events[index]
        if event.data.fd == wakeUp {
          var drained: UInt64 = 0
          _ = read(wakeUp, &drained, MemoryLayout.size(ofValue: drained))
          continue
        }
        var bits: CInt = 0
        if event.events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { bits |= CURL_CSELECT_IN }
        if event.events & EPOLLOUT.rawValue != 0 { bits |= CURL_CSELECT_OUT }
        if event.events & EPOLLERR.rawValue != 0 { bits |= CURL_CSELECT_ERR }
        ready(event.data.fd, bits)
      }
    }
  }

  private static let atOnce = 64
}

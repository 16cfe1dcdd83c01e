import Glibc

/// A descriptor that lines go to, each with one `write`, so that lines of several processes do not mix.
struct LogOutput: Sendable {
  let descriptor: CInt

  func write(line: String) {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // Somebody else made the descriptor non-blocking, as a terminal's often is. A reader that stands still for so
        // long loses the line, for the work must go on.
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&wait, 1, 1000) > 0 else { return }
      } else if errno != EINTR {
        return
      }
    }
  }
}

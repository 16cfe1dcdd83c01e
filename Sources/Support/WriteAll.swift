import Glibc

/// Writes all of it to a descriptor: with one call where the system takes it so, so that lines of several processes do
/// not mix.
///
/// - Parameter patience: how long the descriptor may take nothing, where somebody else made it non-blocking, as a
///   terminal's often is; nil for as long as it takes.
/// - Returns: the `errno` of a failure; nil when all is written.
public func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: CInt, patience: Duration? = nil) -> CInt? {
  var rest = bytes
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count > 0 {
      rest = rest.dropFirst(count)
      continue
    }
    let failure = count < 0 ? errno : EIO
    switch failure {
    case EINTR: continue
    case EAGAIN:
      var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      let limit = patience.map { CInt(clamping: Int64($0 / .milliseconds(1))) } ?? -1
      guard poll(&wait, 1, limit) != 0 else { return EAGAIN }
    default: return failure
    }
  }
  return nil
}

/// The same with a text.
public func writeAll(_ text: String, to descriptor: CInt, patience: Duration? = nil) -> CInt? {
  writeAll(Array(text.utf8)[...], to: descriptor, patience: patience)
}

import CCurl

/// Handles that nobody uses: making one costs more than setting it up, and that more than using one that is set up.
struct IdleHandles {
  /// As many as may be under way at once to two registries.
  private static let most = 256

  private var handles: [(pointer: UnsafeMutableRawPointer, shape: HandleShape?)] = []

  /// - Returns: a handle, and whether it is set up for a request of this shape; nil where there is no memory for one.
  mutating func take(_ shape: HandleShape?) -> (UnsafeMutableRawPointer, isReady: Bool)? {
    if let shape, let place = handles.lastIndex(where: { $0.shape == shape }) {
      return (handles.remove(at: place).pointer, true)
    }
    if let last = handles.popLast() {
      curl_easy_reset(last.pointer)
      return (last.pointer, false)
    }
    return curl_easy_init().map { ($0, false) }
  }

  mutating func keep(_ pointer: UnsafeMutableRawPointer, _ shape: HandleShape?) {
    if handles.count < Self.most {
      handles.append((pointer, shape))
    } else {
      curl_easy_cleanup(pointer)
    }
  }

  mutating func free() {
    for handle in handles { curl_easy_cleanup(handle.pointer) }
    handles = []
  }
}

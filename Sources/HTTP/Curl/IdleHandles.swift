import CCurl

/// Handles that nobody uses: making one costs more than setting it up, and that more than using one that is set up.
struct IdleHandles {
  /// How much libcurl reads at once into a handle's memory.
  enum Buffer: Sendable {
    /// libcurl's own choice.
    case usual
    /// Of an answer without a body only headers come: with a hundred requests at once buffers are what takes memory.
    case small

    /// In bytes; nil for libcurl's own choice.
    var size: Int? { self == .small ? 2048 : nil }
  }

  /// As many as may be under way at once to two registries.
  private static let most = 256

  private var handles: [(pointer: UnsafeMutableRawPointer, shape: HandleShape?, buffer: Buffer)] = []

  /// - Parameter buffer: the handle had no other since it was made. Where a handle leaves a connection that others share,
  ///   or stood in line for one, libcurl 7.88 keeps its memory, and no reset brings that to another size: it would write
  ///   past the end of it.
  /// - Returns: a handle, and whether it is set up for a request of this shape; nil where there is no memory for one.
  mutating func take(_ shape: HandleShape?, _ buffer: Buffer) -> (UnsafeMutableRawPointer, isReady: Bool)? {
    if let shape, let place = handles.lastIndex(where: { $0.shape == shape && $0.buffer == buffer }) {
      return (handles.remove(at: place).pointer, true)
    }
    if let place = handles.lastIndex(where: { $0.buffer == buffer }) {
      let pointer = handles.remove(at: place).pointer
      curl_easy_reset(pointer)
      return (pointer, false)
    }
    return curl_easy_init().map { ($0, false) }
  }

  mutating func keep(_ pointer: UnsafeMutableRawPointer, _ shape: HandleShape?, _ buffer: Buffer) {
    if handles.count < Self.most {
      handles.append((pointer, shape, buffer))
    } else {
      curl_easy_cleanup(pointer)
    }
  }

  mutating func free() {
    for handle in handles { curl_easy_cleanup(handle.pointer) }
    handles = []
  }
}

import Support

/// What one task sleeps by and others wake it with. A ring that comes while nobody sleeps is kept for the next sleep.
final class Bell: Sendable {
  private struct State {
    var isRung = false
    var sleeper: CheckedContinuation<Void, Never>?
  }

  private let state = Lock(State())

  func ring() {
    let sleeper = state.withLock { state in
      defer { state.sleeper = nil }
      state.isRung = state.sleeper == nil
      return state.sleeper
    }
    sleeper?.resume()
  }

  /// Sleeps until it is rung, or for that long.
  func sleep(atMost time: Duration) async {
    let alarm = Task {
      try await Task.sleep(for: time)
      ring()
    }
    defer { alarm.cancel() }
    await withCheckedContinuation { (sleeper: CheckedContinuation<Void, Never>) in
      let isRung = state.withLock { state in
        defer { state.isRung = false }
        if !state.isRung { state.sleeper = sleeper }
        return state.isRung
      }
      if isRung { sleeper.resume() }
    }
  }
}

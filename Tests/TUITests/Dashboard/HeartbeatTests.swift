import Support
import TestSupport
import Testing

@testable import TUI

@Suite struct HeartbeatTests {
  @Test("It beats after each pause, takes up another pause at once, and ends when it is stopped") func beats()
    async throws
  {
    let pause = Lock(Duration.seconds(3600))
    let (beats, beat) = AsyncStream.makeStream(of: Void.self)
    let heart = Heartbeat()
    heart.start(pause: { pause.withLock { $0 } }) { beat.yield() }
    // Of an hour's pause this would see no end.
    pause.withLock { $0 = .milliseconds(1) }
    heart.retime()
    for number in 1...3 { try await beats.next("beat \(number)") }
    heart.stop()
  }
}

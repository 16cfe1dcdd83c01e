import Support
import Testing

@testable import TUI

@Suite struct HeartbeatTests {
  @Test("It beats after each pause, takes up another pause at once, and ends when it is stopped") func beats() async {
    let pause = Lock(Duration.seconds(3600))
    let (beats, beat) = AsyncStream.makeStream(of: Void.self)
    let heart = Heartbeat()
    heart.start(pause: { pause.withLock { $0 } }) { beat.yield() }
    // Of an hour's pause this would see no end.
    pause.withLock { $0 = .milliseconds(1) }
    heart.retime()
    var count = 0
    for await _ in beats {
      count += 1
      if count == 3 { break }
    }
    #expect(count == 3)
    heart.stop()
  }
}

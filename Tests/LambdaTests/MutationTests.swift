import FoundationEssentials
import Testing

@testable import Lambda

@Suite("Events that something went wrong with")
struct MutationTests {
  /// Numbers that are the same in every run (xorshift).
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  private static let events = [
    ScheduledEventTests.event, PushMessageTests.ecr(), #"{"source":"quay.io/a/b:1"}"#,
    #"{"Records":[{"messageId":"a","body":"{\"source\":\"x/y:1\"}"},{"messageId":"b","body":"{}"}]}"#,
  ]

  @Test("whatever becomes of an event, it is read or refused", arguments: events)
  func mutations(event: String) {
    var generator = Generator(state: 0x2545_F491_4F6C_DD1D)
    for _ in 0..<2000 {
      var bytes = Array(event.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert("{}[]\",:\\0e".utf8.randomElement(using: &generator) ?? 0, at: place)
        default: bytes.removeSubrange(place...)
        }
        if bytes.isEmpty { break }
      }
      if let scheduled = try? ScheduledEvent(json: bytes, requestID: "r") {
        #expect(RunName(scheduled).job.utf8.count <= 128)
      }
      if let batch = try? SQSBatch(json: bytes) {
        let decision = PushDecision(batch)
        let accounted = decision.requests.flatMap(\.messages).count + decision.ignored.count + decision.malformed.count
        #expect(accounted == batch.messages.count)
      }
      _ = try? PushMessage(body: String(decoding: bytes, as: UTF8.self))
    }
  }
}

import OCIRegistry
import Support

@testable import Lambda

extension FuzzTarget {
  /// Events of the functions: SQS batches of pushes, the times of schedules.
  static let events = FuzzTarget("events") { bytes throws(Broken) in
    try message(String(decoding: bytes, as: UTF8.self))
    if let batch = try outcome({ () throws(FunctionError) in try SQSBatch(json: bytes) }) {
      try hold(batch.messages.count <= SQSBatch.limit, "\(batch.messages.count) messages")
      for text in batch.messages.compactMap(\.body) { try message(text) }
      let answer = SQSBatchAnswer(failed: batch.messages.map(\.id))
      try hold((try? answer.json) != nil, "no answer")
    }
    if let event = try outcome({ () throws(FunctionError) in try ScheduledEvent(json: bytes, requestID: "7a1b-2") }) {
      let name = RunName(event).job
      try hold(!event.id.isEmpty && name.utf8.count <= 128, "a long name: \(name)")
      try hold(name.utf8.allSatisfy { isAlphanumeric($0) || "-_".utf8.contains($0) }, "no name of a job: \(name)")
    }
  }

  private static func outcome<Event>(_ read: () throws(FunctionError) -> Event) throws(Broken) -> Event? {
    do throws(FunctionError) {
      return try read()
    } catch {
      try holdReadable(error.message, within: 4096)
      try hold(error.json.count > 2, "an error that cannot be told")
      return nil
    }
  }

  private static func message(_ body: String) throws(Broken) {
    let message: PushMessage
    do throws(PushMessage.Malformed) {
      message = try PushMessage(body: body)
    } catch {
      return try holdReadable(error.reason)
    }
    switch message {
    case .mirror(let reference):
      try hold((try? ImageReference(reference.description)) == reference, "\(reference) reads back otherwise")
    case .ignore(let reason): try holdReadable(reason)
    }
  }
}

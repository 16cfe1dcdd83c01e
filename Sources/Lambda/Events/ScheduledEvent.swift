import FoundationEssentials
import Support

/// What EventBridge sends when a rule's time has come.
///
/// https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-events.html
struct ScheduledEvent: Sendable, Equatable {
  /// The same for every delivery of one event, of which there may be several.
  let id: String
  /// When the rule's time had come, to the second; nil where the event does not say.
  let time: Date?
}

extension ScheduledEvent {
  /// Reads an event.
  ///
  /// One that names no id, as when a person invokes the function by hand or EventBridge Scheduler does with an input of
  /// its own, is known by the invocation's request id: that stays the same when Lambda tries again.
  /// - Throws: `FunctionError` where this is no JSON object.
  init(json: [UInt8], requestID: String) throws(FunctionError) {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(json))
    } catch {
      throw FunctionError(type: "Event.Invalid", message: "the event is no JSON object with the texts 'id' and 'time'")
    }
    if let id = document.id, !id.isEmpty {
      self.id = id
    } else {
      id = requestID
    }
    time = document.time.flatMap { Date(rfc3339: $0) }
  }

  private struct Document: Decodable {
    let id: String?
    let time: String?
  }
}

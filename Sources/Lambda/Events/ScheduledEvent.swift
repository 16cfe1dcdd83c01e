import AWSBackend
import FoundationEssentials
import Support

/// What starts a run: the event of a timer, or a request of one of this project's own programs.
struct ScheduledEvent: Sendable, Equatable {
  /// The same for every delivery of one event, of which there may be several.
  let id: String
  /// When the rule's time had come, to the second; nil where the event does not say.
  let time: Date?
  /// Whether a timer sent it, rather than somebody who asks for a run.
  var isTimed = false
}

extension ScheduledEvent {
  /// Reads an event. These are taken, and no others:
  ///
  /// - what an EventBridge rule sends when its time has come: `"source": "aws.events"` and `"detail-type": "Scheduled
  ///   Event"`, https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-events.html;
  /// - the same of EventBridge Scheduler, where its schedule has no input of its own: `"source": "aws.scheduler"`;
  /// - a request with an `id` and a `time`, one of them, or neither, and nothing else: as the dashboard sends it, or a
  ///   person with `{}`, or a schedule with such an input.
  ///
  /// One without an id is known by the invocation's request id: that stays the same when Lambda tries again.
  /// - Throws: `FunctionError` for anything else, with what it is as far as that can be told.
  init(json: [UInt8], requestID: String) throws(FunctionError) {
    guard let fields = try? JSONDecoder().decode([String: JSONValue].self, from: Data(json)) else {
      throw Self.refusal("not a JSON object")
    }
    if fields.keys.contains(where: { $0 != "id" && $0 != "time" }) {
      let kind = fields["detail-type"]?.text ?? ""
      guard kind == "Scheduled Event", let source = fields["source"]?.text,
        ["aws.events", "aws.scheduler"].contains(source)
      else { throw Self.refusal(Self.kind(of: fields)) }
      isTimed = true
    }
    switch fields["id"] {
    case .string(let text) where !text.isEmpty: id = text
    case nil, .null, .string: id = requestID
    default: throw Self.refusal("an event with an id that is not text")
    }
    time = fields["time"]?.text.flatMap { Date(rfc3339: $0) }
  }

  private static func refusal(_ what: String) -> FunctionError {
    FunctionError(
      .invalidEvent,
      "no run was started: the event is \(what), and not that of a schedule, nor a request with 'id' and 'time'")
  }

  /// In words, for whoever connected the function with the wrong thing.
  private static func kind(of fields: [String: JSONValue]) -> String {
    if case .array(let records)? = fields["Records"] {
      let source = records.lazy.compactMap { ($0.fields?["eventSource"] ?? $0.fields?["EventSource"])?.text }.first
      return "records of \(shown(source ?? "something unknown"))"
    }
    if fields["requestContext"] != nil || fields["httpMethod"] != nil { return "an HTTP request" }
    if let kind = fields["detail-type"]?.text {
      return "'\(shown(kind))' of \(shown(fields["source"]?.text ?? "nobody"))"
    }
    return "an object with \(fields.keys.sorted().prefix(5).map(shown).joined(separator: ", "))"
  }

  private static func shown(_ text: String) -> String { text.cleaned.shortened(to: 60) }
}

extension JSONValue {
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }

  fileprivate var fields: [String: JSONValue]? { if case .object(let fields) = self { fields } else { nil } }
}

import OCIRegistry

/// What a batch of the push queue comes to: a decision without I/O.
struct PushDecision: Sendable, Equatable {
  /// A source to mirror, and every message that asks for it: a burst of pushes is one job.
  struct Request: Sendable, Equatable {
    let source: ImageReference
    var messages: [String]
  }

  /// A message by its id that asks for nothing, or that cannot be understood.
  struct Left: Sendable, Equatable {
    let message: String
    let reason: String
  }

  /// In the order of their first messages.
  var requests: [Request] = []
  var ignored: [Left] = []
  /// They come again, and to the dead-letter queue in the end.
  var malformed: [Left] = []
}

extension PushDecision {
  init(_ batch: SQSBatch) {
    var places: [ImageReference: Int] = [:]
    for message in batch.messages {
      do throws(PushMessage.Malformed) {
        guard let body = message.body else { throw PushMessage.Malformed(reason: "its body is not text") }
        switch try PushMessage(body: body) {
        case .ignore(let reason): ignored.append(Left(message: message.id, reason: reason))
        case .mirror(let source):
          if let place = places[source] {
            requests[place].messages.append(message.id)
          } else {
            places[source] = requests.count
            requests.append(Request(source: source, messages: [message.id]))
          }
        }
      } catch {
        malformed.append(Left(message: message.id, reason: error.reason))
      }
    }
  }
}

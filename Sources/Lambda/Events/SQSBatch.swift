import AWSBackend
import FoundationEssentials

/// Messages of an SQS queue that come as one event.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
struct SQSBatch: Sendable, Equatable {
  /// SQS's largest batch.
  static let limit = 10_000

  struct Message: Sendable, Equatable {
    let id: String
    /// Nil where it is no text.
    let body: String?
  }

  let messages: [Message]
}

extension SQSBatch {
  /// Reads an event.
  ///
  /// - Throws: `FunctionError` where this is no batch of messages with ids: then no message can be answered for, and
  ///   all of them come again.
  init(json: [UInt8]) throws(FunctionError) {
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(json))
    } catch {
      throw FunctionError(
        .invalidEvent, "the event is not a batch of SQS messages, a JSON object with 'Records'")
    }
    guard document.records.count <= Self.limit else {
      throw FunctionError(
        .invalidEvent, "the event has \(document.records.count) messages, and SQS sends at most \(Self.limit)")
    }
    messages = document.records.map { Message(id: $0.id, body: $0.body) }
  }

  private struct Document: Decodable {
    let records: [Record]
    enum CodingKeys: String, CodingKey { case records = "Records" }
  }

  private struct Record: Decodable {
    let id: String
    let body: String?

    enum CodingKeys: String, CodingKey { case id = "messageId", body }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      id = try container.decode(String.self, forKey: .id)
      body = try? container.decode(String.self, forKey: .body)
    }
  }
}

/// Which messages of a batch come again; the others are done with.
struct SQSBatchAnswer: Sendable, Equatable {
  var failed: [String]

  var json: [UInt8] {
    get throws {
      Array(try JSONEncoder().encode(["batchItemFailures": failed.map { ["itemIdentifier": $0] }]))
    }
  }
}

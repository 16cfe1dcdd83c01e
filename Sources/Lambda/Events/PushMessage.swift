import AWSClient
import FoundationEssentials
import OCIRegistry
import Support

/// What one message of the push queue asks for.
enum PushMessage: Sendable, Equatable {
  /// Bring the mirrors of this source in step.
  case mirror(ImageReference)
  /// Nothing, for this reason.
  case ignore(String)

  /// Bytes of a body; ECR's events have some hundreds.
  static let limit = 64 << 10
}

extension PushMessage {
  /// Why a message cannot be understood, however often it comes.
  struct Malformed: Error, Equatable {
    let reason: String
  }

  /// Reads a message: an event of ECR's for a push or a replication, or a plain request `{"source": "registry/repository:tag"}`.
  ///
  /// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
  init(body: String) throws(Malformed) {
    guard body.utf8.count <= Self.limit else {
      throw Malformed(reason: "it has more than \(Self.limit) bytes")
    }
    let document: Document
    do {
      document = try JSONDecoder().decode(Document.self, from: Data(body.utf8))
    } catch {
      throw Malformed(
        reason: "it is neither an event of ECR nor a request such as {\"source\": \"registry/repository:tag\"}")
    }
    if let kind = document.detailType {
      self = try document.action(kind)
    } else if let source = document.source {
      self = .mirror(try reference(source))
    } else {
      throw Malformed(reason: "it names no source")
    }
  }

  private struct Document: Decodable {
    let source: String?
    let detailType: String?
    let account: String?
    let region: String?
    let detail: Detail?

    enum CodingKeys: String, CodingKey { case source, detailType = "detail-type", account, region, detail }

    struct Detail: Decodable {
      let result: String?
      let action: String?
      let repository: String?
      let tag: String?

      enum CodingKeys: String, CodingKey {
        case result, action = "action-type", repository = "repository-name", tag = "image-tag"
      }
    }

    /// Events of images that came, with their actions. A replication is told where the image came to: `account` and
    /// `region` are the destination's, `source-account` and `source-region` where it came from.
    private static let arrivals = [
      "ECR Image Action": ["PUSH"], "ECR Replication Action": ["REPLICATE", "PUSH"],
    ]

    func action(_ kind: String) throws(Malformed) -> PushMessage {
      guard source == "aws.ecr", let arrival = Self.arrivals[kind] else {
        return .ignore("an event '\(kind.cleaned.shortened(to: 60))' is not a push to ECR")
      }
      guard let account, let region, let detail, let action = detail.action, let repository = detail.repository else {
        throw Malformed(reason: "its event lacks the account, the region, the action or the repository")
      }
      guard arrival.contains(action) else { return .ignore("the action is not a push") }
      guard detail.result == "SUCCESS" else { return .ignore("the push did not succeed") }
      // The images of an index are pushed without a tag, before the index itself.
      guard let tag = detail.tag, !tag.isEmpty else { return .ignore("the push has no tag") }
      let host = "\(account).dkr.ecr.\(region).\(AWSPartition(region: region).suffix)"
      let source = try reference("\(host)/\(repository):\(tag)")
      guard case .ecr = source.host.kind, source.registry == host else {
        throw Malformed(reason: "its account and region do not form a registry name")
      }
      return .mirror(source)
    }
  }
}

private func reference(_ text: String) throws(PushMessage.Malformed) -> ImageReference {
  do {
    return try ImageReference(text)
  } catch {
    throw PushMessage.Malformed(reason: "\(error)")
  }
}

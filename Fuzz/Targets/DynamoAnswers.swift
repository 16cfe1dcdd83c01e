import FoundationEssentials
import MirrorCore
import Support

@testable import AWSBackend
@testable import AWSClient

extension FuzzTarget {
  /// What DynamoDB answers: pages of items, rows and history among them.
  static let dynamo = FuzzTarget("dynamo") { bytes throws(Broken) in
    guard let page = try? JSONDecoder().decode(DynamoPage.self, from: Data(bytes)) else { return }
    for item in page.items { try row(item) }
  }

  private static func row(_ attributes: DynamoItem) throws(Broken) {
    for (name, value) in attributes {
      // What is not understood is written back as it was.
      let json = JSONValue(value)
      try hold(JSONValue(AttributeValue(json)) == json, "\(name): \(json) comes back otherwise")
    }
    let entry: MirrorEntry
    do throws(MirrorError) {
      entry = try MirrorItem(attributes).entry()
    } catch {
      return try holdReadable(error.description)
    }
    try hold(!entry.destinations.isEmpty, "a row without destinations")
    if let expires = entry.expires {
      try hold((0...MirrorItem.latestExpiry).contains(expires.timeIntervalSince1970), "it ends \(expires)")
    }
    for observed in entry.observed.values {
      let again = ObservedAttribute.decode(ObservedAttribute.encode(observed))
      try hold(again?.state == observed.state && again?.digest == observed.digest, "what was seen came back otherwise")
    }
    if let rule = entry.tags {
      let again = try? TagsAttribute.decode(TagsAttribute.encode(rule))
      try hold(again == rule || rule.latest != nil, "\(rule) came back as \(String(describing: again))")
    }
    _ = try? entry.images(sourceTags: ["1", "1.2.3", "latest", "v2-rc.1"])
  }
}

import AWSClient
import MirrorCore
import Support

extension MirrorItem {
  /// More observations than this are neither written to a row's item nor forgotten one by one: an expression may have
  /// 4 KB.
  static let manyKeys = 100

  /// The item of a new row. It has a map for what will be seen of it.
  static func new(_ entry: MirrorEntry) -> DynamoItem {
    var item = entry.other.mapValues(AttributeValue.init)
    item["Destination"] = DestinationAttribute.encode(entry.destinations)
    item["Expires"] = entry.expires?.expiryAttribute
    item["Enabled"] = entry.enabled ? nil : .bool(false)
    item["Tags"] = entry.tags.map { TagsAttribute.encode($0) }
    item["Options"] = entry.options.isEmpty ? nil : .map(entry.options.mapValues(AttributeValue.init))
    item[observed] = .map([:])
    item[source] = .string(entry.source)
    return item
  }

  /// What makes this row say what `new` says, in the form it has: attributes with their values, nil for those that go.
  ///
  /// - Parameter now: what this row says.
  func changes(from now: MirrorEntry, to new: MirrorEntry) -> [String: AttributeValue?] {
    var changes: [String: AttributeValue?] = [:]
    func change(_ name: String, to value: AttributeValue?) { changes[name] = .some(value) }
    if new.destinations != now.destinations {
      change("Destination", to: DestinationAttribute.encode(new.destinations, as: attributes["Destination"]))
    }
    if new.expires != now.expires { change("Expires", to: new.expires?.expiryAttribute) }
    if new.enabled != now.enabled { change("Enabled", to: .bool(new.enabled)) }
    if new.tags != now.tags { change("Tags", to: new.tags.map { TagsAttribute.encode($0, over: attributes["Tags"]) }) }
    if new.options != now.options { change("Options", to: options(from: now.options, to: new.options)) }
    for (name, value) in new.other where now.other[name] != value && !Self.known.contains(name) {
      change(name, to: AttributeValue(value))
    }
    for name in now.other.keys where new.other[name] == nil { change(name, to: nil) }
    return changes
  }

  /// Options that stay keep the form they have.
  private func options(from now: [String: JSONValue], to new: [String: JSONValue]) -> AttributeValue? {
    if new.isEmpty { return nil }
    var map = attributes["Options"]?.map ?? [:]
    for name in now.keys where new[name] == nil { map[name] = nil }
    for (name, value) in new where now[name] != value { map[name] = AttributeValue(value) }
    return .map(map)
  }

  /// Holds as long as the row's definition, and what else is to be changed, are as they are here.
  func isUnchanged(_ names: some Sequence<String> = []) -> DynamoExpression {
    let terms = Set(Self.definition).union(names).sorted().map { name -> DynamoExpression in
      guard let value = attributes[name] else { return "attribute_not_exists(\(name: name))" }
      return "\(name: name) = \(value: value)"
    }
    return terms.joined(separator: " AND ")
  }

  /// - Parameters:
  ///   - changes: attributes with their values, nil for those that go.
  ///   - forgotten: destinations of which nothing is known any more.
  /// - Returns: nil where there is nothing to change.
  func update(_ changes: [String: AttributeValue?], forgetting forgotten: Set<String>) -> DynamoExpression? {
    var (sets, removals): ([DynamoExpression], [DynamoExpression]) = ([], [])
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      if let value { sets.append("\(name: name) = \(value: value)") } else { removals.append("\(name: name)") }
    }
    // Where there is no map nothing is known.
    let known = Set(attributes[Self.observed]?.map?.keys.map { $0 } ?? []).intersection(forgotten)
    if known.count > Self.manyKeys || forgetsParts(forgotten) {
      sets.append("\(name: Self.observed) = \(value: .map([:]))")
    } else {
      removals += known.sorted().map { "\(name: Self.observed).\(name: $0)" }
    }
    return .changes(sets, removals)
  }
}

extension MirrorItem {
  /// What lies in parts is forgotten all together.
  func forgetsParts(_ forgotten: Set<String>) -> Bool { !forgotten.isEmpty && ObservedParts(attributes) != nil }
}

extension DynamoExpression {
  /// An update; nil where it would do nothing.
  static func changes(_ sets: [DynamoExpression], _ removals: [DynamoExpression]) -> DynamoExpression? {
    var clauses: [DynamoExpression] = []
    if !sets.isEmpty { clauses.append("SET \(sets.joined(separator: ", "))") }
    if !removals.isEmpty { clauses.append("REMOVE \(removals.joined(separator: ", "))") }
    return clauses.isEmpty ? nil : clauses.joined(separator: " ")
  }
}

import AWSClient
import FoundationEssentials
import MirrorCore

/// What was seen of a row with many destinations, in parts: items of the history table, each with the destinations of one
/// hash. Together they may be larger than the 400 KB that one item holds, and a job that writes of one destination pays
/// for its part only.
///
/// A part is never changed. A new version of it is written beside the old one, then the row's item is moved on, on
/// condition that it still names the versions that the new ones came from, and then the old ones are deleted. So the
/// versions that the row's item names are always a whole look, for whoever has all of them, and a writer that died in
/// between has changed nothing.
struct ObservedParts: Sendable, Equatable {
  /// Of a row: of 60,000 destinations (`MirrorEntry.mostCopies`) each part has some 235, which at 350 bytes are 80 KB.
  static let count = 256
  /// Stands in the map `Observed` of the row's item. No reference begins so, and versions that know no parts take it for
  /// no observation.
  static let marker = "#parts"
  private static let at = "At"
  /// More parts than this are moved by writing all their numbers: an expression may have 4 KB.
  private static let fewParts = 40
  /// How long parts outlive a row with an end date.
  private static let afterlife: Int64 = 30 * 86400

  /// The version of each part; 0 where there is none. They only grow.
  private(set) var versions: [Int64]

  /// None.
  init() {
    versions = Array(repeating: 0, count: Self.count)
  }

  /// - Parameter item: of the mirror table.
  /// - Returns: nil where all that was seen of the row is in its item.
  init?(_ item: DynamoItem) {
    guard case .list(let numbers)? = item[MirrorItem.observed]?.map?[Self.marker]?.map?[Self.at],
      numbers.count == Self.count
    else { return nil }
    versions = numbers.map { max($0.integer ?? 0, 0) }
  }

  var attribute: AttributeValue {
    .map([Self.at: .list(versions.map(AttributeValue.number))])
  }

  /// Those that there are.
  var numbers: [Int] { versions.indices.filter { versions[$0] > 0 } }

  /// The part of a destination: FNV-1a of its reference.
  static func number(of destination: String) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in destination.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(hash % UInt64(count))
  }

  // MARK: - Items

  /// The hash key of all parts of a row.
  static func partition(_ source: String) -> String { "#seen \(source)" }

  static func key(_ source: String, _ number: Int, _ version: Int64) -> DynamoItem {
    HistoryKey.key(partition(source), prefix(number) + String(version))
  }

  /// What the range keys of all versions of a part begin with.
  static func prefix(_ number: Int) -> String { "\(number)#" }

  static func item(
    _ source: String, _ number: Int, _ version: Int64, _ part: [String: AttributeValue], ofRow row: DynamoItem
  ) -> DynamoItem {
    var item = key(source, number, version)
    item[MirrorItem.observed] = .map(part)
    if let end = row["Expires"]?.integer {
      item["Expires"] = .number(end.addingReportingOverflow(afterlife).partialValue)
    }
    return item
  }

  /// - Returns: nil for what is none.
  static func read(_ item: DynamoItem) -> (number: Int, version: Int64, part: [String: AttributeValue])? {
    guard let words = item[HistoryKey.at]?.string?.split(separator: "#"), words.count == 2,
      let number = Int(words[0]), (0..<count).contains(number), let version = Int64(words[1])
    else { return nil }
    return (number, version, item[MirrorItem.observed]?.map ?? [:])
  }

  // MARK: - Changes

  /// What stands in the row's item itself: all of it before it is divided, later what an older version wrote there.
  static func inline(_ row: DynamoItem) -> [String: AttributeValue] {
    (row[MirrorItem.observed]?.map ?? [:]).filter { $0.key != marker }
  }

  /// Both together: where both know a destination, what was seen later.
  static func merge(
    _ part: [String: AttributeValue], _ inline: [String: AttributeValue]
  ) -> [String: AttributeValue] {
    part.merging(inline) { old, new in
      let times = [old, new].map { ObservedAttribute.decode($0)?.checked ?? .distantPast }
      return times[1] >= times[0] ? new : old
    }
  }

  /// Moves a row's item on to new versions of some parts, as long as it names the versions that these came from.
  ///
  /// - Parameter row: as it was read.
  static func move(_ row: DynamoItem, to moved: [Int: Int64]) -> (update: DynamoExpression, condition: DynamoExpression)
  {
    var parts = ObservedParts(row) ?? ObservedParts()
    let former = parts.versions
    if ObservedParts(row) != nil, inline(row).isEmpty, moved.count <= fewParts {
      let path: DynamoExpression = "\(name: MirrorItem.observed).\(name: marker).\(name: at)"
      let numbers = moved.keys.sorted()
      let sets = numbers.map { number -> DynamoExpression in
        "\(path)\(index: number) = \(value: .number(moved[number] ?? 0))"
      }
      let conditions = numbers.map { number -> DynamoExpression in
        "\(path)\(index: number) = \(value: .number(former[number]))"
      }
      return ("SET \(sets.joined(separator: ", "))", conditions.joined(separator: " AND "))
    }
    for (number, version) in moved { parts.versions[number] = version }
    let update: DynamoExpression = "SET \(name: MirrorItem.observed) = \(value: .map([marker: parts.attribute]))"
    let isThere: DynamoExpression = "attribute_exists(\(name: MirrorItem.source))"
    guard let seen = row[MirrorItem.observed] else {
      return (update, "\(isThere) AND attribute_not_exists(\(name: MirrorItem.observed))")
    }
    return (update, "\(isThere) AND \(name: MirrorItem.observed) = \(value: seen)")
  }
}

extension DynamoExpression.StringInterpolation {
  /// An element of a list, from 0.
  fileprivate mutating func appendInterpolation(index: Int) {
    appendLiteral("[\(index)]")
  }
}

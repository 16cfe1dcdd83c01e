import AWSClient

/// How large DynamoDB counts items, and how large they may be.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
enum ItemSize {
  /// Of an item: 400 KB.
  static let limit = 400 << 10
  /// Of all items of one transaction, which may have 4 MB; a part of that is left for what a request says of them.
  static let transactionLimit = 3 << 20

  static func bytes(_ item: DynamoItem) -> Int {
    item.reduce(0) { $0 + $1.key.utf8.count + bytes($1.value) }
  }

  /// Lists and maps take 3 bytes, and 1 for each element; a number takes a byte for two digits, and 1, at most.
  private static func bytes(_ value: AttributeValue) -> Int {
    switch value {
    case .string(let text): text.utf8.count
    case .number(let text): text.utf8.count / 2 + 2
    case .binary(let bytes): bytes.count
    case .bool, .null: 1
    case .strings(let texts): texts.reduce(0) { $0 + $1.utf8.count }
    case .numbers(let texts): texts.reduce(0) { $0 + $1.utf8.count / 2 + 2 }
    case .binaries(let values): values.reduce(0) { $0 + $1.count }
    case .list(let values): values.reduce(3) { $0 + 1 + bytes($1) }
    case .map(let values): values.reduce(3) { $0 + 1 + $1.key.utf8.count + bytes($1.value) }
    }
  }
}

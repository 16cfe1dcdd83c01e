import FoundationEssentials

/// As DynamoDB's JSON has it: an object whose one key names the type, numbers as text, binaries in Base64.
extension AttributeValue: Codable {
  enum CodingKeys: String, CodingKey {
    case S, N, B, BOOL, NULL, SS, NS, BS, L, M
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    guard let key = container.allKeys.first else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "an attribute value without a type that is known"))
    }
    self =
      switch key {
      case .S: .string(try container.decode(String.self, forKey: key))
      case .N: .number(try container.decode(String.self, forKey: key))
      case .B: .binary(Array(try container.decode(Data.self, forKey: key)))
      case .BOOL: .bool(try container.decode(Bool.self, forKey: key))
      case .NULL: .null
      case .SS: .strings(try container.decode(Set<String>.self, forKey: key))
      case .NS: .numbers(try container.decode(Set<String>.self, forKey: key))
      case .BS: .binaries(Set(try container.decode([Data].self, forKey: key).map(Array.init)))
      case .L: .list(try container.decode([AttributeValue].self, forKey: key))
      case .M: .map(try container.decode([String: AttributeValue].self, forKey: key))
      }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let (key, value) = encoded
    try container.encode(value, forKey: key)
  }

  /// The sets in order, so that equal values are equal documents.
  var encoded: (key: CodingKeys, value: any Encodable) {
    switch self {
    case .string(let text): (.S, text)
    case .number(let text): (.N, text)
    case .binary(let bytes): (.B, Data(bytes))
    case .bool(let value): (.BOOL, value)
    case .null: (.NULL, true)
    case .strings(let texts): (.SS, texts.sorted())
    case .numbers(let texts): (.NS, texts.sorted())
    case .binaries(let values): (.BS, values.map { Data($0).base64EncodedString() }.sorted())
    case .list(let values): (.L, values)
    case .map(let values): (.M, values)
    }
  }
}

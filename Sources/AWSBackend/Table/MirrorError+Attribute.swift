import AWSClient
import MirrorCore
import Support

extension MirrorError {
  /// Why a row cannot be read: what an attribute is, and what would be right.
  static func wrongAttribute(_ name: String, _ value: AttributeValue?, _ right: String) -> MirrorError {
    MirrorError(.backend, "its \(name) \(value?.summary ?? "is missing"); it must be \(right)")
  }
}

extension AttributeValue {
  /// For a person who has to correct it.
  fileprivate var summary: String {
    switch self {
    case .string(""), .list([]): "is empty"
    case .string(let text): "is the string '\(text.cleaned.shortened(to: 60))' (S)"
    case .number(let text): "is the number \(text.cleaned.shortened(to: 60)) (N)"
    case .bool(let value): "is \(value) (BOOL)"
    case .null: "is NULL"
    case .binary: "is binary (B)"
    case .strings, .numbers, .binaries: "is a set (\(type))"
    case .list: "is a list (L)"
    case .map: "is a map (M)"
    }
  }
}

import AWSClient
import Support

/// The `Destination` attribute in each of the forms that tables in use hold: a string, a string with commas, a set or a
/// list of strings.
enum DestinationAttribute {
  /// - Returns: nil for a value of another type; empty where it names nothing.
  static func decode(_ value: AttributeValue) -> [String]? {
    switch value {
    case .string(let text): split(text)
    // A set has no order; this one is the same each time.
    case .strings(let texts): texts.sorted().flatMap(split)
    case .list(let values): strings(values)?.flatMap(split)
    default: nil
    }
  }

  /// - Parameter form: what there is so far; its type is kept.
  static func encode(_ destinations: [String], as form: AttributeValue? = nil) -> AttributeValue {
    switch form {
    case .strings: .strings(Set(destinations))
    case .list: .list(destinations.map(AttributeValue.string))
    default: .string(destinations.joined(separator: ","))
    }
  }

  private static func split(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0.trimmedOfBlanks) }.filter { !$0.isEmpty }
  }

  private static func strings(_ values: [AttributeValue]) -> [String]? {
    let texts = values.compactMap(\.string)
    return texts.count == values.count ? texts : nil
  }
}

public import AWSClient
import Support

/// The `Destination` attribute in each of the forms that tables in use hold: a string, a string with commas, a set or a
/// list of strings.
public enum DestinationAttribute {
  /// - Returns: nil for a value of another type.
  public static func decode(_ value: AttributeValue) -> [String]? {
    switch value {
    case .string(let text):
      return text.split(separator: ",").map { String($0.trimmedOfBlanks) }.filter { !$0.isEmpty }
    case .strings(let texts):
      // A set has no order; this one is the same each time.
      return texts.sorted()
    case .list(let values):
      var texts: [String] = []
      for case let value in values {
        guard case .string(let text) = value else { return nil }
        texts.append(text)
      }
      return texts
    default: return nil
    }
  }
}

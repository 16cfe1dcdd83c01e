import FoundationEssentials

extension AWSError {
  /// What else the service's error says, beside its code and message; nil where it says it otherwise.
  func details<Details: Decodable>(_ type: Details.Type) -> Details? {
    guard case .service(let error) = kind else { return nil }
    return try? JSONDecoder().decode(type, from: Data(error.body))
  }
}

import Support

/// A mistake in what the environment or the AWS files say, as a sentence with its place.
public struct AWSSettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description.cleaned.shortened(to: 1000)
  }
}

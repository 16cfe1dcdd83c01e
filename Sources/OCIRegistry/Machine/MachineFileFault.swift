/// Why the machine's files about registries cannot be used, as a sentence with file and line.
public struct MachineFileFault: Error, Sendable, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}

extension BatchClient {
  /// What `SubmitJob` is told.
  public struct JobSubmission: Sendable, Equatable, Encodable {
    /// Up to 128 letters, digits, `-` and `_`; Batch lets several jobs have the same.
    public var name: String
    public var queue: String
    /// A name, which means its newest active revision.
    public var definition: String
    /// What `Ref::…` in the definition's command stands for.
    public var parameters: [String: String]
    /// Variables added to the definition's.
    public var environment: [String: String]
    /// Seconds that an attempt may take, from 60 on; nil for what the definition says.
    public var timeout: Int?
    /// `VCPU` and `MEMORY` (MiB) instead of the definition's. Disk is the definition's alone:
    /// https://docs.aws.amazon.com/batch/latest/APIReference/API_ContainerOverrides.html
    public var resources: [String: String] = [:]

    public init(
      name: String, queue: String, definition: String, parameters: [String: String] = [:],
      environment: [String: String] = [:]
    ) {
      self.name = name
      self.queue = queue
      self.definition = definition
      self.parameters = parameters
      self.environment = environment
    }

    private enum CodingKeys: String, CodingKey {
      case name = "jobName"
      case queue = "jobQueue"
      case definition = "jobDefinition"
      case parameters
      case overrides = "containerOverrides"
      case timeout
    }

    private struct Overrides: Encodable {
      let environment: [Variable]
      let resourceRequirements: [Requirement]?
    }

    private struct Requirement: Encodable {
      let type: String
      let value: String
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(queue, forKey: .queue)
      try container.encode(definition, forKey: .definition)
      try container.encode(parameters, forKey: .parameters)
      let variables = environment.sorted { $0.key < $1.key }.map { Variable(name: $0.key, value: $0.value) }
      let requirements = resources.sorted { $0.key < $1.key }.map { Requirement(type: $0.key, value: $0.value) }
      try container.encode(
        Overrides(environment: variables, resourceRequirements: requirements.isEmpty ? nil : requirements),
        forKey: .overrides)
      if let timeout { try container.encode(["attemptDurationSeconds": timeout], forKey: .timeout) }
    }
  }

  /// A variable of a container's environment.
  public struct Variable: Sendable, Equatable, Codable {
    public var name: String?
    public var value: String?

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }
}

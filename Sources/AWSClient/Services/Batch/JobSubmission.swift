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
    }

    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(name, forKey: .name)
      try container.encode(queue, forKey: .queue)
      try container.encode(definition, forKey: .definition)
      try container.encode(parameters, forKey: .parameters)
      let variables = environment.sorted { $0.key < $1.key }.map { Variable(name: $0.key, value: $0.value) }
      try container.encode(["environment": variables], forKey: .overrides)
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

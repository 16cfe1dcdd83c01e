import Support

/// Where files go on this machine, by the XDG base directory specification.
public struct Locations: Sendable {
  private let environment: [String: String]

  public init(environment: [String: String]) {
    self.environment = environment
  }

  /// The configuration file; `ECRMIRROR_CONFIG` names another.
  public var configuration: String? {
    value("ECRMIRROR_CONFIG") ?? folder("XDG_CONFIG_HOME", ".config").map { $0 + "/config.yaml" }
  }

  /// The folder of an installation on this machine; `ECRMIRROR_LOCAL` names another.
  public var data: String? {
    value("ECRMIRROR_LOCAL") ?? folder("XDG_DATA_HOME", ".local/share")
  }

  /// What the screen remembers.
  public var state: String? { folder("XDG_STATE_HOME", ".local/state") }

  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A relative path in an XDG variable is to be ignored.
  private func folder(_ variable: String, _ fallback: String) -> String? {
    if let base = value(variable), base.hasPrefix("/") { return base + "/ecrmirror" }
    return value("HOME").map { "\($0)/\(fallback)/ecrmirror" }
  }
}

import FoundationEssentials
import LocalBackend
import MirrorCore
import OCIRegistry
import Support

@testable import Documents
@testable import Installation
@testable import TUI

extension FuzzTarget {
  /// Any YAML, without its being understood.
  static let yaml = FuzzTarget("yaml") { bytes throws(Broken) in
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(DocumentError) {
      _ = try DocumentNode(yaml: text).json()
    } catch {
      try hold((1...text.count + 1).contains(error.line ?? 1), "line \(error.line ?? 0)")
      try holdReadable(error.description, within: 500)
    }
  }

  /// Any TOML, without its being understood.
  static let toml = FuzzTarget("toml") { bytes throws(Broken) in
    let root: TOMLNode
    do throws(DocumentError) {
      root = try TOMLNode(toml: bytes)
      let conf = try RegistriesConf(toml: bytes, file: "r.conf", isDropIn: false)
      for rule in conf.rules.values {
        guard let image = try? ImageReference("\(rule.prefix)/x:1") else { continue }
        _ = try? conf.locations(of: image, for: .pull)
      }
    } catch {
      let lines = bytes.count { $0 == 0x0a } + 1
      try hold((1...lines).contains(error.line ?? 1), "line \(error.line ?? 0)")
      return try holdReadable(error.description, within: 500)
    }
    let again = try? TOMLNode(toml: bytes + [0x0a] + Array("# end".utf8))
    // What is no number is not even equal to itself.
    try hold(root == again || String(decoding: bytes, as: UTF8.self).contains("nan"), "a comment behind it changed it")
  }

  /// `config.yaml`, with what only the dashboard understands.
  static let configuration = FuzzTarget("configuration") { bytes throws(Broken) in
    let configuration: Configuration
    do throws(ConfigurationError) {
      configuration = try Configuration(yaml: String(decoding: bytes, as: UTF8.self), file: "config.yaml")
      _ = try DashboardSettings(configuration.dashboard)
    } catch {
      try holdReadable(error.description)
      return try hold(error.description.hasPrefix("config.yaml"), "no place: \(error)")
    }
    let worker = configuration.worker
    try hold(worker.parallel.map((1...64).contains) ?? true, "\(worker.parallel ?? 0) jobs at once")
    try hold((1...10).contains(worker.retry.attempts), "\(worker.retry.attempts) attempts")
  }

  /// JSON is read as YAML: where Foundation reads it, this reads the same.
  static func document(json bytes: [UInt8]) throws(Broken) {
    guard let expected = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else { return }
    _ = try? SignaturePolicy(json: bytes, file: "policy.json")
    let value: JSONValue
    do throws(DocumentError) {
      value = try DocumentNode(json: String(decoding: bytes, as: UTF8.self)).json()
    } catch {
      // Foundation takes one of the two, control characters that are not escaped, and some hundreds of levels.
      let isKnown = ["is there twice", "control characters are not allowed", "within one another"].contains(
        where: error.reason.hasSuffix)
      return try hold(isKnown, "no JSON: \(error)")
    }
    try hold(value.plain == expected.plain, "\(expected)\nwas read as \(value)")
  }
}

extension JSONValue {
  /// With every number as one kind: 1e2 is read as a whole one by some.
  fileprivate var plain: JSONValue {
    switch self {
    case .integer(let number): .number(Double(number))
    case .array(let values): .array(values.map(\.plain))
    case .object(let fields): .object(fields.mapValues(\.plain))
    default: self
    }
  }
}

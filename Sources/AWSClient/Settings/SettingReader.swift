import HTTP
import Support

/// Looks settings up in the environment, then in a profile.
struct SettingReader {
  private let environment: Variables
  private let profile: INIFile.Section?

  init(_ environment: Variables, _ profile: INIFile.Section?) {
    self.environment = environment
    self.profile = profile
  }

  /// A value and where it stands.
  struct Value {
    var text: String
    /// A variable's name, or `FILE, line N: NAME`.
    var location: String

    init(_ text: String, _ location: String) {
      (self.text, self.location) = (text, location)
    }

    init(_ property: INIFile.Property, _ name: String) {
      self.init(property.value, "\(property.location): \(name)")
    }
  }

  func value(_ variable: String, _ property: String?) -> Value? {
    environment[variable].map { Value($0, variable) } ?? property.flatMap(value)
  }

  private func value(_ property: String) -> Value? {
    profile?.properties[property].flatMap { $0.value.isEmpty ? nil : Value($0, property) }
  }

  func flag(_ variable: String, _ property: String?) throws(AWSSettingsError) -> Bool {
    guard let value = value(variable, property) else { return false }
    switch value.text.lowercased() {
    case "true": return true
    case "false": return false
    default: throw AWSSettingsError("\(value.location) must be true or false")
    }
  }

  func integer(
    _ variable: String, _ property: String, in range: ClosedRange<Int>
  ) throws(AWSSettingsError) -> Int? {
    guard let value = value(variable, property) else { return nil }
    guard let number = Int(value.text), range.contains(number) else {
      throw AWSSettingsError(
        "\(value.location) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func url(_ variable: String, _ property: String) throws(AWSSettingsError) -> String? {
    try value(variable, property).map(url)
  }

  func region(given: String?) throws(AWSSettingsError) -> String? {
    let value =
      given.map { Value($0, "the region that was given") }
      ?? environment["AWS_REGION"].map { Value($0, "AWS_REGION") } ?? value("AWS_DEFAULT_REGION", "region")
    guard let value else { return nil }
    guard Self.isRegion(value.text) else {
      throw AWSSettingsError("\(value.location) must be the name of a region, such as eu-central-1")
    }
    return value.text
  }

  /// Whether this may be the name of a region, and so a part of host names.
  static func isRegion(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 63 && !text.hasPrefix("-")
      && text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || isAlphanumeric($0) }
  }

  /// The URL for all services and those for single ones. A variable for one service goes before the one for all,
  /// which goes before whatever the files say.
  ///
  /// - Parameter services: the `[services NAME]` sections.
  func endpoints(
    _ services: [String: INIFile.Section]
  ) throws(AWSSettingsError) -> (all: String?, single: [String: String]) {
    if try flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") { return (nil, [:]) }
    var values: [String: Value] = [:]
    let all = value("AWS_ENDPOINT_URL", "endpoint_url")
    if environment["AWS_ENDPOINT_URL"] == nil { values = try endpoints(ofProfile: services) }
    for name in environment.all.keys where name.hasPrefix("AWS_ENDPOINT_URL_") {
      guard let text = environment[name] else { continue }
      values[name.dropFirst("AWS_ENDPOINT_URL_".count).lowercased()] = Value(text, name)
    }
    var urls: [String: String] = [:]
    for (service, value) in values { urls[service] = try url(value) }
    return (try all.map(url), urls)
  }

  private func endpoints(
    ofProfile services: [String: INIFile.Section]
  ) throws(AWSSettingsError) -> [String: Value] {
    guard let name = value("services") else { return [:] }
    guard let section = services[name.text] else {
      throw AWSSettingsError("\(name.location): there is no section [services \(name.text)]")
    }
    return section.properties.compactMapValues { service in
      service.nested["endpoint_url"].map { Value($0, "endpoint_url") }
    }
  }

  private func url(_ value: Value) throws(AWSSettingsError) -> String {
    guard let url = HTTPURL(value.text) else {
      throw AWSSettingsError("\(value.location) must be an http or https URL")
    }
    return url.text
  }
}

import Support

/// The profiles, SSO sessions and endpoints that the AWS CLI's two files name.
struct SharedFiles: Sendable, Equatable {
  /// The properties of a profile stand in both files; those of the credentials file count where both name one.
  private(set) var profiles: [String: INIFile.Section] = [:]
  private(set) var ssoSessions: [String: INIFile.Section] = [:]
  private(set) var services: [String: INIFile.Section] = [:]
  let paths: Paths

  /// Of real ones a few KiB are usual.
  private static let sizeLimit = 1 << 20

  struct Paths: Sendable, Equatable {
    /// `AWS_CONFIG_FILE`, or else `~/.aws/config`; nil where there is no home either.
    var config: String?
    /// `AWS_SHARED_CREDENTIALS_FILE`, or else `~/.aws/credentials`.
    var credentials: String?

    init(_ environment: Variables) {
      config = Self.path(environment, "AWS_CONFIG_FILE", "config")
      credentials = Self.path(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials")
    }

    private static func path(_ environment: Variables, _ variable: String, _ name: String) -> String? {
      if let named = environment[variable] { return environment.expandingHome(named) }
      return environment["HOME"].map { "\($0)/.aws/\(name)" }
    }

    /// What tells whether the files changed.
    var stamps: [FileStamp?] { [config, credentials].map { $0.flatMap { FileStamp($0) } } }

    /// For messages: both.
    var text: String { [config, credentials].compactMap { $0 }.joined(separator: " and ") }
  }

  /// Files that are not there hold nothing.
  init(_ paths: Paths) throws(AWSSettingsError) {
    self.paths = paths
    if let file = try Self.read(paths.config) {
      for (name, section) in file.sections { try add(section, named: name) }
    }
    if let file = try Self.read(paths.credentials) {
      for (name, section) in file.sections {
        let below = profiles[name]?.properties ?? [:]
        profiles[name] = INIFile.Section(
          location: section.location, properties: below.merging(section.properties) { $1 })
      }
    }
  }

  private static func read(_ path: String?) throws(AWSSettingsError) -> INIFile? {
    guard let path, FileStamp(path) != nil else { return nil }
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try readFile(path, limit: sizeLimit)
    } catch {
      throw AWSSettingsError(error.description)
    }
    return try INIFile(bytes, file: path)
  }

  /// `[default]`, `[profile NAME]`, `[sso-session NAME]` or `[services NAME]`, the name in quotes where it has blanks.
  /// Other sections are for other programs.
  private mutating func add(_ section: INIFile.Section, named heading: String) throws(AWSSettingsError) {
    if heading == "default" {
      // `[profile default]`, where there is one, counts.
      if profiles["default"] == nil { profiles["default"] = section }
      return
    }
    guard let words = ShellWords.split(heading), words.count == 2 else { return }
    let name = words[1]
    let first: INIFile.Section?
    switch words[0] {
    case "profile" where name == "default":
      profiles[name] = section
      first = nil
    case "profile": first = profiles.updateValue(section, forKey: name)
    case "sso-session": first = ssoSessions.updateValue(section, forKey: name)
    case "services": first = services.updateValue(section, forKey: name)
    default: first = nil
    }
    if let first {
      throw AWSSettingsError(
        "\(section.location): [\(heading)] is there twice, also in \(first.location)")
    }
  }
}

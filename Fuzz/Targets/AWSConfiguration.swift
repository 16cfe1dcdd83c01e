import Support

@testable import AWSClient

extension FuzzTarget {
  /// `~/.aws/config` and, after a line of `%%%`, `~/.aws/credentials`.
  static let awsConfiguration = FuzzTarget("aws-configuration") { bytes throws(Broken) in
    let parts = bytes.parts(between: Array("%%%\n".utf8), atMost: 2)
    try ini(parts[0])
    let files = parts.map(FileOfBytes.init)
    let environment = [
      "HOME": "/home/user", "AWS_CONFIG_FILE": files[0].path,
      "AWS_SHARED_CREDENTIALS_FILE": files.count > 1 ? files[1].path : "/dev/null/none",
    ]
    for profile in ["default", "a"] {
      do {
        let settings = try AWSSettings(environment: environment, profile: profile)
        if let region = settings.region { try hold(SettingReader.isRegion(region), "a region: \(region)") }
        _ = try SourceResolver(settings).resolve()
      } catch let error as Broken {
        throw error
      } catch {
        try holdReadable("\(error)")
      }
    }
  }

  private static func ini(_ bytes: [UInt8]) throws(Broken) {
    let file: INIFile
    do throws(AWSSettingsError) {
      file = try INIFile(bytes, file: "F")
    } catch {
      return try holdReadable(error.description, within: 1000)
    }
    for (name, section) in file.sections {
      try hold(!name.isEmpty, "a section without a name")
      for (name, property) in section.properties {
        try hold(name == name.lowercased() && name == name.trimmedOfBlanks, "a name: \(name.debugDescription)")
        try hold(property.value == property.value.trimmedOfBlanks, "blanks: \(property.value.debugDescription)")
      }
    }
  }
}

extension [UInt8] {
  /// The parts that a separator parts, at least one; the last has what is left.
  func parts(between separator: [UInt8], atMost limit: Int) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var rest = self[...]
    while parts.count + 1 < limit, let range = rest.firstRange(of: separator) {
      parts.append(Array(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [Array(rest)]
  }
}

import Documents
import OCIRegistry

extension DocumentNode {
  /// `true`, `false`, or the settings by ECR's names.
  func newRepositories() throws(DocumentError) -> RepositorySettings? {
    if let isOn = try? flag() { return isOn ? RepositorySettings() : nil }
    var settings = RepositorySettings()
    try each { key, value throws(DocumentError) in
      switch key {
      case "imageTagMutability": settings.imageTagMutability = try value.text()
      case "imageTagMutabilityExclusionFilters": settings.imageTagMutabilityExclusionFilters = try value.texts()
      case "scanOnPush": settings.scanOnPush = try value.flag()
      case "encryptionType": settings.encryptionType = try value.text()
      case "kmsKey": settings.kmsKey = try value.text()
      case "lifecyclePolicyText": settings.lifecyclePolicyText = try value.text()
      case "tags":
        var tags: [String: String] = [:]
        try value.each { key, value throws(DocumentError) in tags[key] = try value.text() }
        settings.tags = tags
      default:
        throw value.unknown(
          key,
          known: [
            "encryptionType", "imageTagMutability", "imageTagMutabilityExclusionFilters", "kmsKey",
            "lifecyclePolicyText", "scanOnPush", "tags",
          ])
      }
    }
    if let reason = settings.mistake { throw mistake(reason) }
    return settings
  }
}

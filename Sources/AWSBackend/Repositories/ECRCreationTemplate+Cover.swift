import AWSClient
import OCIRegistry

extension ECRCreationTemplate {
  /// The prefix of the template for all that no other covers.
  static let root = "ROOT"

  /// The template that ECR takes for a new repository: of those whose prefix, with a slash, its name begins with, the one
  /// with the longest.
  ///
  /// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
  static func covering(_ repository: String, of templates: [ECRCreationTemplate]) -> ECRCreationTemplate? {
    let found = templates.filter { $0.prefix != root && repository.hasPrefix($0.prefix + "/") }
      .max { $0.prefix.utf8.count < $1.prefix.utf8.count }
    return found ?? templates.first { $0.prefix == root }
  }

  /// Whether ECR itself makes what is pushed to and is not there.
  var makesOnPush: Bool { appliedFor.contains("CREATE_ON_PUSH") }

  var settings: RepositorySettings {
    var settings = RepositorySettings()
    settings.imageTagMutability = imageTagMutability
    settings.imageTagMutabilityExclusionFilters = exclusions
    settings.encryptionType = encryptionType
    settings.kmsKey = kmsKey
    settings.lifecyclePolicyText = lifecyclePolicy
    settings.tags = tags
    return settings
  }
}

import OCIRegistry
import Testing

@Suite struct TagMutabilityTests {
  @Test(
    "Filters are the exception, whichever the rule is",
    arguments: [
      (.mutable, [], [], ["1.0", "latest"]), (.immutable, [], ["1.0", "latest"], []),
      (.immutableWithExclusion, ["latest", "dev-*"], ["1.0", "lates", "dev"], ["latest", "dev-", "dev-1"]),
      (.mutableWithExclusion, ["v*.0"], ["v1.0", "v.0"], ["latest", "v1.1"]),
    ] as [(TagMutability.Rule, [String], [String], [String])])
  func rules(rule: TagMutability.Rule, filters: [String], immutable: [String], mutable: [String]) {
    let mutability = TagMutability(rule, except: filters)
    for tag in immutable { #expect(mutability.isImmutable(tag), "\(tag)") }
    for tag in mutable { #expect(!mutability.isImmutable(tag), "\(tag)") }
  }

  @Test("The way out keeps the filters that there are") func wayOut() {
    let some = TagMutability(.immutableWithExclusion, except: ["dev-*"])
    #expect(
      some.wayOut(of: "1.0", in: "team/app").hasSuffix(
        "--repository-name team/app --image-tag-mutability IMMUTABLE_WITH_EXCLUSION --image-tag-mutability-exclusion-filters filterType=WILDCARD,filter='dev-*' filterType=WILDCARD,filter='1.0'"
      ))
    let all = TagMutability(.immutableWithExclusion, except: ["a", "b", "c", "d", "e"])
    #expect(all.wayOut(of: "1.0", in: "team/app").hasSuffix("let one of the repository's 5 exclusion filters cover it"))
    let reversed = TagMutability(.mutableWithExclusion, except: ["1.*", "x"])
    #expect(reversed.wayOut(of: "1.0", in: "team/app").hasSuffix("take '1.*' off the repository's exclusion filters"))
  }
}

@Suite struct RepositorySettingsTests {
  private func settings(_ change: (inout RepositorySettings) -> Void) -> RepositorySettings {
    var settings = RepositorySettings()
    change(&settings)
    return settings
  }

  @Test func whatEcrWouldTakeIsNoMistake() {
    #expect(RepositorySettings().mistake == nil && RepositorySettings().isEmpty)
    let all = settings {
      $0.imageTagMutability = "MUTABLE_WITH_EXCLUSION"
      $0.imageTagMutabilityExclusionFilters = ["v*.*", "latest"]
      ($0.scanOnPush, $0.encryptionType, $0.kmsKey) = (true, "KMS_DSSE", "alias/a")
      $0.lifecyclePolicyText = "{\"rules\":[\(String(repeating: " ", count: 100))]}"
      $0.tags = ["team": ""]
    }
    #expect(all.mistake == nil && !all.isEmpty)
  }

  @Test func whatEcrWouldRefuseIsToldBefore() {
    let wrong: [(String, (inout RepositorySettings) -> Void)] = [
      ("imageTagMutability must be one of", { $0.imageTagMutability = "never" }),
      ("belongs to", { $0.imageTagMutability = "IMMUTABLE_WITH_EXCLUSION" }),
      ("belongs to", { $0.imageTagMutabilityExclusionFilters = ["a"] }),
      (
        "may have 5 filters",
        {
          $0.imageTagMutability = "IMMUTABLE_WITH_EXCLUSION"
          $0.imageTagMutabilityExclusionFilters = ["a", "b", "c", "d", "e", "f"]
        }
      ),
      (
        "the filter 'a*b*c*'",
        {
          $0.imageTagMutability = "IMMUTABLE_WITH_EXCLUSION"
          $0.imageTagMutabilityExclusionFilters = ["a*b*c*"]
        }
      ),
      ("encryptionType must be", { $0.encryptionType = "ROT13" }),
      ("kmsKey needs", { $0.kmsKey = "k" }),
      ("lifecyclePolicyText must be", { $0.lifecyclePolicyText = "{}" }),
      ("must have a key of 1 to 128", { $0.tags = ["": "x"] }),
    ]
    for (words, change) in wrong {
      let mistake = settings(change).mistake
      #expect(mistake?.contains(words) == true, "\(words): \(mistake ?? "none")")
    }
  }
}

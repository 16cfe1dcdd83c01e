import MirrorCore
import Support
import Terminal

/// What a tag rule that is being typed selects of its repository's tags.
struct TagPreview: Sendable, Equatable {
  struct Subject: Sendable, Equatable {
    /// As it was typed.
    let repository: String
    let rule: TagRule
  }

  enum Outcome: Sendable, Equatable {
    case reading
    /// The first of those that are selected, how many they are, and of how many.
    case selected([String], count: Int, total: Int)
    case failed(String)
  }

  /// What was asked for last.
  private(set) var subject: Subject
  private(set) var outcome = Outcome.reading
  /// Whether the outcome is that of the subject, and not of the rule as it was before.
  private(set) var isCurrent = false

  /// Tags that are named.
  static let mostNamed = 50

  /// - Parameter former: what is shown until there is news, where it is of the same repository.
  init(_ subject: Subject, after former: TagPreview?) {
    self.subject = subject
    if let former, former.subject.repository == subject.repository, case .selected = former.outcome {
      outcome = former.outcome
    }
  }

  mutating func take(_ outcome: Outcome, of subject: Subject) {
    guard subject == self.subject else { return }
    self.outcome = outcome
    isCurrent = true
  }

  /// In at most so many columns: `selects 5 of 213 tags: 3.20.1, 3.20.0 and 3 more`.
  func text(columns: Int) -> String {
    switch outcome {
    case .reading: return "asking the registry for its tags"
    case .failed(let reason): return "cannot be previewed: \(reason)"
    case .selected(_, 0, let total): return "selects none of \(counted(total, "tag"))"
    case .selected(let tags, let count, let total):
      if let limit = exceeded(by: count) { return "selects \(count) of \(counted(total, "tag")), more than \(limit)" }
      let start = "selects \(count) of \(counted(total, "tag")): "
      func text(_ named: Int) -> String {
        let rest = count > named ? " and \(count - named) more" : ""
        return start + tags.prefix(named).joined(separator: ", ") + rest
      }
      var named = 1
      while named < tags.count, text(named + 1).columns <= columns { named += 1 }
      return text(named)
    }
  }

  /// The limit that so many tags are above, in words; nil where they are not.
  private func exceeded(by count: Int) -> String? {
    if let max = subject.rule.max, count > max { return "its maximum of \(max)" }
    return count > MirrorEntry.mostTags ? "the limit of \(MirrorEntry.mostTags) for a row" : nil
  }

  var role: Role {
    switch outcome {
    case .reading: .faint
    case .failed: .warning
    case .selected(_, let count, _):
      !isCurrent ? .faint : count == 0 ? .warning : exceeded(by: count) != nil ? .bad : .good
    }
  }
}

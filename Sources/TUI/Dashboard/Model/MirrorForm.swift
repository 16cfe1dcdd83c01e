import FoundationEssentials
import MirrorCore
import OCIRegistry
import Support
import Terminal

/// The form that adds or edits a mirror, checked as one types: every option of a row.
struct MirrorForm: Sendable, Equatable {
  enum Field: Int, Sendable, CaseIterable {
    case source, destinations, expires, enabled
    /// The tag rule.
    case include, exclude, semver, suffix, latest, max
    /// Of the row's options.
    case immutable, platforms, repositories

    static let rule: [Field] = [.include, .exclude, .semver, .suffix, .latest, .max]
  }

  /// What was there when the form opened; nil for a new mirror.
  let original: MirrorEntry?
  private var texts: [Field: TextField]
  var isEnabled: Bool
  private(set) var field: Field
  /// Whether somebody tried to save, so that even untouched fields show what they lack.
  private(set) var wasTried = false
  /// What the tag rule selects, as far as it is known.
  var preview: TagPreview?

  init(editing original: MirrorEntry? = nil) {
    self.original = original
    texts = Self.texts(of: original).mapValues { TextField($0) }
    isEnabled = original?.enabled ?? true
    field = original == nil ? .source : .destinations
  }

  private static func texts(of entry: MirrorEntry?) -> [Field: String] {
    let rule = entry?.tags ?? TagRule()
    return [
      .source: entry?.source ?? "", .destinations: entry?.destinations.joined(separator: " ") ?? "",
      .platforms: platforms(of: entry?.options ?? [:]),
      .expires: entry?.expires?.rfc3339 ?? "",
      .include: rule.include.joined(separator: " "),
      .exclude: rule.exclude.joined(separator: " "), .semver: rule.semver ?? "", .suffix: rule.suffix ?? "",
      .latest: rule.latest.map(String.init) ?? "", .max: rule.max.map(String.init) ?? "",
      .immutable: entry?.immutable?.patterns.joined(separator: " ") ?? "",
      .repositories: NewRepositories.text(of: entry?.options ?? [:]),
    ]
  }

  /// `linux/amd64 linux/arm64 sparse`, also where it cannot be used.
  private static func platforms(of options: [String: JSONValue]) -> String {
    let isSparse = (try? PlatformSelection(options: options))?.isSparse ?? false
    return (PlatformSelection.names(in: options) + (isSparse ? [sparse] : [])).joined(separator: " ")
  }

  private static let sparse = "sparse"

  /// The text of a field being typed; nil for what is switched.
  subscript(field: Field) -> TextField? { texts[field] }

  /// The reference that a look at the source asks for.
  var lookedAt: String { word(.source) }

  func text(of field: Field) -> String { texts[field]?.text ?? (isEnabled ? "yes" : "no") }

  var title: String { original == nil ? "Add a mirror" : "Edit a mirror" }

  /// Fields that can be changed: the source is the row's key.
  private var fields: [Field] { Field.allCases.filter { $0 != .source || original == nil } }

  mutating func move(by step: Int) {
    let index = fields.firstIndex(of: field) ?? 0
    field = fields[(index + step + fields.count) % fields.count]
  }

  /// Shows every mistake from here on, and goes to the field that is to blame.
  mutating func point(at error: FormError) {
    wasTried = true
    if fields.contains(error.field) { field = error.field }
  }

  mutating func type(_ key: Key) {
    if texts[field]?.handle(key) == nil, key == .character(" ") || key == .left || key == .right { isEnabled.toggle() }
  }

  private func word(_ field: Field) -> String { text(of: field).filter { !$0.isWhitespace } }

  private func words(_ field: Field) -> [String] {
    text(of: field).split { $0.isWhitespace || $0 == "," }.map(String.init)
  }

  /// The row as it would be written, or what is wrong and where.
  func entry(existing: (String) -> Bool, now: Date) -> Result<MirrorEntry, FormError> {
    Result { () throws(FormError) in try checked(existing, now) }
  }

  private func checked(_ existing: (String) -> Bool, _ now: Date) throws(FormError) -> MirrorEntry {
    var entry = original ?? MirrorEntry(source: "", destinations: [])
    entry.source = word(.source)
    entry.destinations = words(.destinations)
    entry.enabled = isEnabled
    // A mistake in the platforms is none of the source.
    let platforms = Result { () throws(FormError) in try self.platforms() }
    entry.select(try? platforms.get())
    if entry.source.isEmpty {
      throw FormError(.source, "give an image, such as docker.io/library/alpine:3.20")
    }
    if original == nil, existing(entry.source) {
      throw FormError(.source, "this source already has a mirror: edit that one")
    }
    // A mistake of the rule is none of the source.
    let rule = Result { () throws(FormError) in try self.rule() }
    entry.tags = try? rule.get()
    if case .failure = rule { entry.tags = TagRule() }
    if let problem = entry.problem(in: .source) {
      guard original != nil else { throw FormError(.source, problem) }
      throw FormError(
        ruleField,
        entry.tags == nil
          ? "the source has no tag, so a tag rule must select some; * includes all"
          : "the source has a tag, so it takes no tag rule: add its repository as another mirror")
    }
    if entry.destinations.isEmpty { throw FormError(.destinations, "give at least one destination") }
    if let problem = entry.problem(in: .destinations) { throw FormError(.destinations, problem) }
    entry.select(try platforms.get())
    // What was not touched stays, also where another spelling means the same.
    if let original, text(of: .platforms) == Self.platforms(of: original.options) { entry.options = original.options }
    // An end that was not touched stays as it is, to the fraction of a second.
    if expiresAnew {
      let text = word(.expires)
      guard let expiry = Expiry(text.isEmpty ? "never" : text, now: now) else {
        throw FormError(.expires, "use never, 30d, 2027-01-31 or 2027-01-31T12:00:00Z")
      }
      entry.expires = expiry.date
    }
    entry.tags = try rule.get()
    if text(of: .immutable) != Self.texts(of: original)[.immutable] {
      entry.immutable = ImmutableTags(patterns: TagPattern.split(text(of: .immutable)))
    }
    if let problem = entry.immutable?.problem { throw FormError(.immutable, problem) }
    if text(of: .repositories) != Self.texts(of: original)[.repositories] {
      do throws(MirrorError) {
        entry.options[NewRepositories.option] = try NewRepositories.read(text: text(of: .repositories))
      } catch {
        throw FormError(.repositories, error.reason)
      }
    }
    return entry
  }

  /// Those that the field names; nil for all.
  private func platforms() throws(FormError) -> PlatformSelection? {
    let names = words(.platforms).filter { $0 != Self.sparse }
    let isSparse = names.count < words(.platforms).count
    if names.isEmpty && isSparse { throw FormError(.platforms, "name platforms before 'sparse'") }
    do throws(PlatformFault) {
      return try PlatformSelection(names, isSparse: isSparse)
    } catch {
      throw FormError(.platforms, "\(error)")
    }
  }

  private var expiresAnew: Bool { text(of: .expires) != original?.expires?.rfc3339 ?? "" }

  /// The tag rule that the fields say; nil where they say none.
  func rule() throws(FormError) -> TagRule? {
    let before = Self.texts(of: original)
    // What was not touched stays, also where another spelling means the same.
    if Field.rule.allSatisfy({ text(of: $0) == before[$0] }) { return original?.tags }
    var rule = TagRule(
      include: TagPattern.split(text(of: .include)), exclude: TagPattern.split(text(of: .exclude)))
    let range = String(text(of: .semver).trimmedOfBlanks)
    if !range.isEmpty { rule.semver = range }
    if !word(.suffix).isEmpty { rule.suffix = word(.suffix) }
    rule.latest = try count(.latest)
    rule.max = try count(.max)
    for (field, part) in [
      (Field.include, TagRule(include: rule.include)), (.exclude, TagRule(exclude: rule.exclude)),
      (.semver, TagRule(semver: rule.semver)), (.suffix, TagRule(suffix: rule.suffix)),
    ] {
      if let problem = part.problem { throw FormError(field, problem) }
    }
    if let problem = rule.problem { throw FormError(.include, problem) }
    return rule == TagRule() ? nil : rule
  }

  private func count(_ field: Field) throws(FormError) -> Int? {
    if word(field).isEmpty { return nil }
    guard let count = Int(word(field)), TagRule.counts.contains(count) else {
      throw FormError(field, "use a whole number from 1 to \(TagRule.counts.upperBound)")
    }
    return count
  }

  /// Whether a field of the rule has anything in it.
  var saysRule: Bool { Field.rule.contains { !word($0).isEmpty } }

  /// Where the rule begins, for what is wrong with all of it.
  private var ruleField: Field { Field.rule.first { !word($0).isEmpty } ?? .include }

  /// What a preview would show: the rule and the repository, where both are right so far.
  var previewed: TagPreview.Subject? {
    guard let rule = try? rule(), let source = try? ImageReference(lookedAt), source.tag == nil, source.digest == nil
    else { return nil }
    return TagPreview.Subject(repository: lookedAt, rule: rule)
  }
}

struct FormError: Error, Sendable, Equatable {
  let field: MirrorForm.Field
  let reason: String

  init(_ field: MirrorForm.Field, _ reason: String) {
    self.field = field
    self.reason = reason
  }
}

extension MirrorEntry {
  /// What makes the row unusable, as far as one field is to blame.
  fileprivate func problem(in field: MirrorForm.Field) -> String? {
    var probe = self
    // A destination that suits any source shows whether the source is at fault.
    if field == .source { probe.destinations = ["probe.invalid/probe"] }
    do {
      try probe.validate()
      return nil
    } catch {
      // The form shows the row; its name in front of the reason would say it twice.
      var reason = error.description[...]
      for prefix in [
        "mirror \(source.cleaned.shortened(to: 120)): ",
        "the \(field == .source ? "source" : "destination") cannot be used: ",
      ]
      where reason.hasPrefix(prefix) {
        reason = reason.dropFirst(prefix.count)
      }
      return String(reason)
    }
  }
}

import FoundationEssentials
import MirrorCore
import Support
import Terminal

/// The form that adds or edits a mirror, checked as one types.
struct MirrorForm: Sendable, Equatable {
  enum Field: Int, Sendable, CaseIterable {
    case source, destinations, expires, enabled
  }

  /// What was there when the form opened; nil for a new mirror.
  let original: MirrorEntry?
  var source: TextField
  /// Separated by spaces or commas.
  var destinations: TextField
  var expires: TextField
  var isEnabled: Bool
  private(set) var field: Field
  /// Whether somebody tried to save, so that even untouched fields show what they lack.
  var wasTried = false

  init(editing original: MirrorEntry? = nil) {
    self.original = original
    source = TextField(original?.source ?? "")
    destinations = TextField(original?.destinations.joined(separator: " ") ?? "")
    expires = TextField(original?.expires?.rfc3339 ?? "")
    isEnabled = original?.enabled ?? true
    field = original == nil ? .source : .destinations
  }

  /// The reference that a look at the source asks for.
  var lookedAt: String { String(source.text.filter { !$0.isWhitespace }) }

  func text(of field: Field) -> String {
    switch field {
    case .source: source.text
    case .destinations: destinations.text
    case .expires: expires.text
    case .enabled: isEnabled ? "yes" : "no"
    }
  }

  var title: String { original == nil ? "Add a mirror" : "Edit a mirror" }

  /// Fields that can be changed: the source is the row's key.
  private var fields: [Field] { Field.allCases.filter { $0 != .source || original == nil } }

  mutating func move(by step: Int) {
    let index = fields.firstIndex(of: field) ?? 0
    field = fields[(index + step + fields.count) % fields.count]
  }

  mutating func type(_ key: Key) {
    switch field {
    case .source: _ = source.handle(key)
    case .destinations: _ = destinations.handle(key)
    case .expires: _ = expires.handle(key)
    case .enabled: if key == .character(" ") || key == .left || key == .right { isEnabled.toggle() }
    }
  }

  /// The row as it would be written, or what is wrong and where.
  func entry(existing: (String) -> Bool, now: Date) -> Result<MirrorEntry, FormError> {
    var entry = original ?? MirrorEntry(source: "", destinations: [])
    entry.source = String(source.text.filter { !$0.isWhitespace })
    entry.destinations = destinations.text.split { $0.isWhitespace || $0 == "," }.map(String.init)
    entry.enabled = isEnabled
    if entry.source.isEmpty {
      return .failure(FormError(.source, "name an image, such as docker.io/library/alpine:3.20"))
    }
    if original == nil, existing(entry.source) {
      return .failure(FormError(.source, "there is a mirror of it already: edit that one"))
    }
    if let problem = entry.problem(in: .source) { return .failure(FormError(.source, problem)) }
    if entry.destinations.isEmpty { return .failure(FormError(.destinations, "name at least one place to copy it to")) }
    if let problem = entry.problem(in: .destinations) { return .failure(FormError(.destinations, problem)) }
    // An end that was not touched stays as it is, to the fraction of a second.
    if expires.text != original?.expires?.rfc3339 ?? "" {
      let text = expires.text.filter { !$0.isWhitespace }
      guard let expiry = Expiry(text.isEmpty ? "never" : text, now: now) else {
        return .failure(FormError(.expires, "write never, 30d, 2027-01-31 or 2027-01-31T12:00:00Z"))
      }
      entry.expires = expiry.date
    }
    return .success(entry)
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

import Terminal

/// A question before something that cannot be taken back lightly: what, where, how many. No is the default.
struct Confirmation: Sendable, Equatable {
  var question: String
  /// What it is about, one a line.
  var subjects: [String]
  /// Where each of them goes; empty where they stay.
  var places: [String] = []
  /// What follows from it, as a sentence.
  var consequence: String
  /// What speaks against it, as a sentence; empty where nothing does.
  var warning = ""
  /// What the yes button says.
  let verb: String
  /// What a yes does.
  var asked: Asked
  /// The plan that it waits for, or shows; 0 where it is about none.
  var plan = 0

  /// What has to be typed for a yes, where a key alone is not enough.
  var typed: String?
  var field = TextField()
  var isYesChosen = false
  /// Since when it stands before the person and no key came; nil before it does.
  var quietSince: ContinuousClock.Instant?

  enum Asked: Sendable, Equatable {
    case sweep(Sweep.Kind)
    case action(Action)
  }

  /// Keys before so long a pause were typed without having read it.
  static let pause = Duration.milliseconds(100)

  /// From so many subjects on a yes has to be typed.
  static let many = 10

  var isTypedRight: Bool { typed == field.text.lowercased() }

  /// Whether a key of that time answers it: not one typed ahead of its being shown, nor one of those that go on coming.
  /// Such a one is dropped, and the pause begins anew.
  ///
  /// - Parameter time: nil for a line that was asked for.
  mutating func isOpen(to time: ContinuousClock.Instant?) -> Bool {
    guard let since = quietSince else { return false }
    guard let time, since.duration(to: time) < Self.pause else { return true }
    quietSince = max(since, time)
    return false
  }

  /// Whether a key would be a yes.
  func isYes(_ key: Key) -> Bool {
    if typed != nil { return key == .enter && isTypedRight }
    return key == .character("y") || key == .character("Y") || key == .enter && isYesChosen
  }
}

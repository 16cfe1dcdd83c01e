/// A question before something that cannot be taken back lightly: what, where, how many. No is the default.
struct Confirmation: Sendable, Equatable {
  let question: String
  /// What it is about, one a line.
  let subjects: [String]
  /// What follows from it, as a sentence.
  let consequence: String
  /// What the yes button says.
  let verb: String
  let effect: Effect
  /// What has to be typed for a yes, where a key alone is not enough.
  var typed: String?
  var field = TextField()
  var isYesChosen = false

  /// From so many subjects on a yes has to be typed.
  static let many = 10

  var isTypedRight: Bool { typed == field.text.lowercased() }
}

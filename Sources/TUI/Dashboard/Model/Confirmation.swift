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
  var isYesChosen = false
}

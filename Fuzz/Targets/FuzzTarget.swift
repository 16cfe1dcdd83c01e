import Support

/// A parser, and what must hold whatever bytes it is given.
struct FuzzTarget: Sendable {
  /// Of its corpus, `Fuzz/Corpus/NAME`, and of its dictionary, `Fuzz/Dictionaries/NAME.dict`.
  let name: String
  /// Longer inputs are not tried, in bytes: what a parser costs with its length is bounded, not small.
  let longest: Int
  /// Gives the bytes to the parser.
  ///
  /// - Throws: `Broken` where something does not hold.
  let run: @Sendable ([UInt8]) throws(Broken) -> Void

  init(_ name: String, longest: Int = 4096, _ run: @escaping @Sendable ([UInt8]) throws(Broken) -> Void) {
    self.name = name
    self.longest = longest
    self.run = run
  }
}

/// Something that must hold and does not, as a sentence.
struct Broken: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// - Throws: `Broken` with the words, where the condition does not hold.
func hold(_ condition: Bool, _ words: @autoclosure () -> String) throws(Broken) {
  if !condition { throw Broken(words()) }
}

/// What a person reads: one line without anything that steers a terminal, of a length that fits on a screen.
func holdReadable(_ text: String, within longest: Int = 4000) throws(Broken) {
  try hold(!text.unicodeScalars.contains(where: \.isUnsafeToShow), "not clean: \(text.debugDescription)")
  try hold(text.count <= longest, "\(text.count) characters for people: \(text.prefix(200).debugDescription)")
}

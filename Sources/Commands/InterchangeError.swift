/// A file that cannot be imported, as a sentence with the place of the mistake.
struct InterchangeError: Error, CustomStringConvertible {
  let description: String

  init(_ reason: String) {
    description = reason
  }
}

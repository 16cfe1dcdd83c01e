import OCIRegistry
import Support
import Yams

/// A place in a YAML document that knows its line, so that every mistake can be named with it.
struct ConfigurationReader {
  private let node: Node?
  let file: String

  init(yaml: String, file: String) throws(ConfigurationError) {
    self.file = file
    do {
      node = try Yams.compose(yaml: yaml)
    } catch {
      throw ConfigurationError(file, line: nil, "this is not YAML: \("\(error)".cleaned.shortened(to: 300))")
    }
  }

  private init(_ node: Node, file: String) {
    self.node = node
    self.file = file
  }

  var line: Int? { node?.mark?.line }

  private func mistake(_ reason: String) -> ConfigurationError {
    ConfigurationError(file, line: node?.mark?.line, reason)
  }

  func unknown(_ key: String, known: [String]) -> ConfigurationError {
    mistake("'\(key.cleaned.shortened(to: 60))' is no key here; there are \(known.joined(separator: ", "))")
  }

  /// Calls `body` with every key of a mapping; an empty document has none.
  func each(
    _ body: (String, ConfigurationReader) throws(ConfigurationError) -> Void
  ) throws(ConfigurationError) {
    guard let node else { return }
    if case .scalar(let scalar) = node, scalar.string.isEmpty || scalar.string == "null" || scalar.string == "~" {
      return
    }
    guard let mapping = node.mapping else { throw mistake("keys and values are expected here") }
    for (key, value) in mapping {
      guard let name = key.string else { throw mistake("a key must be a word") }
      try body(name, ConfigurationReader(value, file: file))
    }
  }

  func text() throws(ConfigurationError) -> String {
    guard let text = node?.scalar?.string, !text.isEmpty else { throw mistake("a text is expected here") }
    return text
  }

  func word() throws(ConfigurationError) -> DashboardConfiguration.Word {
    DashboardConfiguration.Word(text: try text(), line: line)
  }

  /// A list of words, or one alone.
  func words() throws(ConfigurationError) -> [DashboardConfiguration.Word] {
    guard let sequence = node?.sequence else { return [try word()] }
    var words: [DashboardConfiguration.Word] = []
    for node in sequence { words.append(try ConfigurationReader(node, file: file).word()) }
    return words
  }

  func ecrRegistry() throws(ConfigurationError) -> String {
    let name = try text().lowercased()
    guard ECRRegistry(host: name) != nil else {
      throw mistake(
        "the name of an ECR registry is expected here, as in 123456789012.dkr.ecr.eu-central-1.amazonaws.com")
    }
    return name
  }

  func texts() throws(ConfigurationError) -> [String] {
    guard let sequence = node?.sequence else { throw mistake("a list is expected here, as in [one, two]") }
    var texts: [String] = []
    for node in sequence { texts.append(try ConfigurationReader(node, file: file).text()) }
    return texts
  }

  func flag() throws(ConfigurationError) -> Bool {
    guard let flag = node?.bool else { throw mistake("true or false is expected here") }
    return flag
  }

  func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
    guard let number = node?.int, range.contains(number) else {
      throw mistake("a whole number from \(range.lowerBound) to \(range.upperBound) is expected here")
    }
    return number
  }

  func duration(in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
    guard let duration = Duration(text: try text()), range.contains(duration) else {
      throw mistake(
        "a time from \(range.lowerBound.brief) to \(range.upperBound.brief) is expected here, as in 90s, 15m or 6h")
    }
    return duration
  }
}

import Support

/// A file of sections and properties, read as the AWS CLI reads it.
///
/// The CLI uses Python's `RawConfigParser`: names and values stand on either side of `=` or `:`, property names are in
/// any case, lines that are indented more than their property go on with its value, and a whole line that begins with
/// `#` or `;` is a comment, where such a character later in a line is part of the value. A section or property that
/// stands there twice is a mistake.
struct INIFile: Sendable, Equatable {
  /// By name, as between the brackets.
  private(set) var sections: [String: Section] = [:]

  struct Section: Sendable, Equatable, Confidential {
    /// `FILE, line N`
    var location: String
    /// By name, in lower case.
    var properties: [String: Property] = [:]
  }

  struct Property: Sendable, Equatable, Confidential {
    /// `FILE, line N`
    var location: String
    /// Without blanks around it; lines that go on are parted by line ends.
    var value: String
    /// What indented lines below an empty value say.
    var nested: [String: Property] = [:]
  }

  /// - Parameter file: its name, for messages.
  /// - Throws: with the line; what stands there may be a secret and is not shown.
  init(_ bytes: [UInt8], file: String) throws(AWSSettingsError) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AWSSettingsError("\(file) is not UTF-8")
    }
    var reader = INIReader(file: file)
    // A byte order mark is what some editors put in front.
    let lines = text.drop { $0 == "\u{feff}" }
      .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    for (index, line) in lines.enumerated() { try reader.read(line, number: index + 1) }
    sections = try reader.finish()
  }
}

/// Takes a file in line by line.
private struct INIReader {
  let file: String
  private var sections: [String: INIFile.Section] = [:]
  private var section: String?
  /// The property whose value may go on.
  private var name: String?
  private var location = ""
  private var lines: [(text: Substring, location: String)] = []
  private var indentation = 0

  init(file: String) {
    self.file = file
  }

  mutating func read(_ line: Substring, number: Int) throws(AWSSettingsError) {
    let here = "\(file), line \(number)"
    let text = line.trimmedOfBlanks
    if text.first == "#" || text.first == ";" { return }
    if text.isEmpty {
      // Part of a value that goes on after it.
      if name != nil { lines.append((text, here)) }
      return
    }
    let indentation = line.prefix { $0 == " " || $0 == "\t" }.count
    if name != nil && indentation > self.indentation {
      lines.append((text, here))
      return
    }
    try keep()
    self.indentation = indentation
    if text.first == "[", let end = text.lastIndex(of: "]"), end > text.index(after: text.startIndex) {
      try begin(String(text[text.index(after: text.startIndex)..<end]), here)
    } else if let delimiter = text.firstIndex(where: { $0 == "=" || $0 == ":" }) {
      guard section != nil else { throw AWSSettingsError("\(here): a [section] must come before the first property") }
      let name = text[..<delimiter].trimmedOfBlanks.lowercased()
      guard !name.isEmpty else { throw AWSSettingsError("\(here): the name before the \(text[delimiter]) is missing") }
      (self.name, location) = (name, here)
      lines = [(text[text.index(after: delimiter)...].trimmedOfBlanks, here)]
    } else {
      throw AWSSettingsError("\(here): this is neither a [section] nor a name = value")
    }
  }

  mutating func finish() throws(AWSSettingsError) -> [String: INIFile.Section] {
    try keep()
    return sections
  }

  private mutating func begin(_ name: String, _ here: String) throws(AWSSettingsError) {
    if let first = sections[name] {
      throw AWSSettingsError("\(here): the section [\(name)] is there twice, first in \(first.location)")
    }
    sections[name] = INIFile.Section(location: here)
    section = name
  }

  /// Puts the property that was being read into its section.
  private mutating func keep() throws(AWSSettingsError) {
    guard let section, let name else { return }
    self.name = nil
    if let first = sections[section]?.properties[name] {
      throw AWSSettingsError(
        "\(location): this property of [\(section)] is there twice, first in \(first.location)")
    }
    while lines.last?.text.isEmpty == true { lines.removeLast() }
    var property = INIFile.Property(location: location, value: lines.map(\.text).joined(separator: "\n"))
    if lines.first?.text.isEmpty == true {
      property.nested = try nested(lines.dropFirst())
      property.value = ""
    }
    sections[section]?.properties[name] = property
  }

  private func nested(
    _ lines: ArraySlice<(text: Substring, location: String)>
  ) throws(AWSSettingsError) -> [String: INIFile.Property] {
    var properties: [String: INIFile.Property] = [:]
    for (text, location) in lines where !text.isEmpty {
      guard let delimiter = text.firstIndex(of: "=") else {
        throw AWSSettingsError("\(location): a name = value is expected here, below a property without a value")
      }
      let value = text[text.index(after: delimiter)...].trimmedOfBlanks
      properties[String(text[..<delimiter].trimmedOfBlanks)] = INIFile.Property(
        location: location, value: String(value))
    }
    return properties
  }
}

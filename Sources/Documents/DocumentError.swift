import Support
import Yams

/// A mistake in a document, as a sentence with its line.
public struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Counted from 1; nil where no line is to blame.
  public let line: Int?
  public let reason: String

  public init(line: Int?, _ reason: String) {
    self.line = line
    self.reason = reason
  }

  public var description: String { (line.map { "line \($0): " } ?? "") + reason }

  init(_ error: any Error) {
    let (line, problem): (Int?, String) =
      switch error as? YamlError {
      case .scanner(_, let problem, let mark, let yaml), .parser(_, let problem, let mark, let yaml),
        .composer(_, let problem, let mark, let yaml):
        // The end of the text counts as a line of its own there.
        (min(mark.line, yaml.count(where: \.isNewline) + (yaml.last?.isNewline == true ? 0 : 1)), problem)
      case .duplicatedKeysInMapping(let keys, let context):
        (context.mark.line, "the key '\(keys.first ?? "")' is there twice")
      case .reader(let problem, let offset, _, let yaml):
        (offset.map { yaml.prefix($0).count(where: \.isNewline) + 1 }, problem)
      case .memory: (nil, "it is nested too deeply")
      default: (nil, "\(error)")
      }
    let reason = problem.hasPrefix("Maximum nesting level") ? "it is nested too deeply" : problem
    self.init(line: line, "this is not YAML or JSON: \(reason.cleaned.shortened(to: 300))")
  }
}

import Documents
import OCIRegistry
import Support

/// Why a variable of a file has no value: a sentence without what any variable holds.
struct VariableFault: Error {
  let reason: String

  static func isNotSet(_ name: some StringProtocol, _ advice: String) -> VariableFault {
    VariableFault(reason: "the variable \(String(name).cleaned.shortened(to: 100)) is not set; \(advice)")
  }
}

extension DocumentNode {
  /// The text here with its variables worked out.
  ///
  /// - Parameter fits: whether it is what must stand here. If not, the mistake shows what was written: what it comes to
  ///   may be a secret that was put in the wrong place.
  func text(
    fits: (String) -> Bool = { (try? ImageReference($0)) != nil },
    _ expand: (String) throws(VariableFault) -> String
  ) throws(DocumentError) -> String {
    let template = try text()
    let text: String
    do throws(VariableFault) {
      text = try expand(template)
    } catch {
      throw mistake(error.reason)
    }
    guard text == template || fits(text) else {
      throw mistake("'\(template.cleaned.shortened(to: 200))' does not expand to an image reference")
    }
    return text
  }
}

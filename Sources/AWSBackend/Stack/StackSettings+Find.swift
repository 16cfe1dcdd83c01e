public import AWSClient
public import MirrorCore
import Support

extension StackSettings {
  /// Finds everything that belongs to a stack, by its name.
  ///
  /// - Throws: `MirrorError` saying what to check.
  public static func find(_ stack: String, _ connection: AWSConnection) async throws(MirrorError) -> StackSettings {
    // A part of an SSM parameter's name, and of a CloudFormation stack's.
    guard !stack.isEmpty, stack.utf8.count <= 128, stack.utf8.allSatisfy(isNameByte) else {
      throw MirrorError(
        .invalid,
        "'\(stack.cleaned.shortened(to: 60))' is not a stack name: use letters, digits and hyphens, at most 128")
    }
    let region = connection.endpoints.region
    let text: String?
    do {
      text = try await SSMClient(connection).parameter(parameterName(stack))
    } catch {
      throw MirrorError(
        .backend, "the stack \(stack) cannot be looked up in \(region): \(error.reason)", error.outage)
    }
    guard let text else {
      throw MirrorError(
        .notFound,
        "there is no stack \(stack) in \(region): no SSM parameter \(parameterName(stack))",
        Outage(.gone, "check the name, --region and --profile"))
    }
    return try StackSettings(json: text, stack: stack)
  }
}

private func isNameByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
    true
  default: false
  }
}

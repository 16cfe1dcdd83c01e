import FoundationEssentials
import HTTP
import Support

extension AWSError.ServiceError {
  /// Reads the error of an answer whose status says that there is one.
  ///
  /// The code stands in `x-amzn-ErrorType` or in the document, after a namespace or before a colon; XML has elements.
  init(_ response: HTTPResponse) {
    let document = Document(response.body)
    let named = [response.headers["x-amzn-ErrorType"], document.code].compactMap { $0.map(Self.bare) }
    let code = named.first { !$0.isEmpty } ?? "Status\(response.status)"
    self.init(
      code: code.cleaned.shortened(to: 100),
      message: (document.message ?? "").cleaned.shortened(to: 1000), status: response.status,
      requestID: (response.headers["x-amzn-RequestId"] ?? response.headers["x-amz-request-id"] ?? document.requestID)?
        .cleaned.shortened(to: 100), body: Array(response.body.prefix(64 << 10)))
  }

  /// The same, told apart from an error about time: the service's clock agrees with ours.
  var aboutTheKey: Self {
    var copy = self
    copy.code = "InvalidSignature"
    return copy
  }

  /// `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException` and `ClientException:http://…` without the rest.
  private static func bare(_ code: String) -> String {
    let end = code.prefix { $0 != ":" }
    return String(end.split(separator: "#").last ?? end)
  }

  private struct Document {
    var code: String?
    var message: String?
    var requestID: String?

    init(_ body: [UInt8]) {
      guard body.first(where: { $0 > 0x20 }) != UInt8(ascii: "<") else {
        let xml = XMLText(body)
        (code, message, requestID) = (xml.first("Code"), xml.first("Message"), xml.first("RequestId"))
        return
      }
      guard case .object(let fields) = try? JSONDecoder().decode(JSONValue.self, from: Data(body)) else { return }
      func text(_ names: String...) -> String? {
        for name in names { if case .string(let text) = fields[name] { return text } }
        return nil
      }
      (code, message) = (text("__type", "code", "Code"), text("message", "Message", "errorMessage"))
    }
  }
}

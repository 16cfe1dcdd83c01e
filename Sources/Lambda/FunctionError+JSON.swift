import FoundationEssentials

extension FunctionError {
  var json: [UInt8] {
    let document = ["errorType": type, "errorMessage": message]
    return (try? JSONEncoder().encode(document)).map(Array.init) ?? Array("{}".utf8)
  }
}

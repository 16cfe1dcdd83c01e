import Documents
import FoundationEssentials
public import OCIRegistry
import Support

extension SignaturePolicy {
  /// The file that skopeo reads: the user's own where there is one.
  public static func file(home: String?) -> String {
    if let own = home.map({ "\($0)/.config/containers/policy.json" }), FileStamp(own) != nil { return own }
    return "/etc/containers/policy.json"
  }

  /// - Throws: `MachineFileFault` where skopeo could not use it either: without it no image is copied.
  public static func read(_ file: String) throws(MachineFileFault) -> SignaturePolicy {
    try readMachineFile(file) { bytes throws(DocumentError) in try SignaturePolicy(json: bytes, file: file) }
  }

  init(json: [UInt8], file: String) throws(DocumentError) {
    let root = try DocumentNode(json: String(decoding: json, as: UTF8.self))
    // YAML has more than JSON, and skopeo reads nothing but that.
    if (try? JSONDecoder().decode(JSONValue.self, from: Data(json))) == nil { throw root.mistake("this is not JSON") }
    var others: [Requirement]?
    var scopes: [String: [Requirement]] = [:]
    for (key, value) in try root.pairs() {
      switch key {
      case "default": others = try value.requirements()
      case "transports":
        for (transport, section) in try value.pairs() {
          for (scope, list) in try section.pairs() {
            let requirements = try list.requirements()
            if transport == "docker" { scopes[scope] = requirements }
          }
        }
      default: throw value.unknown(key, known: ["default", "transports"])
      }
    }
    guard let others else { throw DocumentError(line: nil, "'default' is missing") }
    self.init(file: file, others: others, scopes: scopes)
  }
}

extension DocumentNode {
  fileprivate func requirements() throws(DocumentError) -> [SignaturePolicy.Requirement] {
    guard let list = try list(), !list.isEmpty else {
      throw mistake("a list with at least one requirement is expected")
    }
    var requirements: [SignaturePolicy.Requirement] = []
    for item in list {
      let type = try item.pairs().first { $0.key == "type" }?.value.text()
      switch type {
      case "insecureAcceptAnything": requirements.append(.anything)
      case "reject": requirements.append(.nothing)
      case "signedBy", "signedBaseLayer", "sigstoreSigned": requirements.append(.signature(type ?? ""))
      case nil: throw item.mistake("a requirement has no 'type'")
      case let type?: throw item.mistake("'\(type.cleaned.shortened(to: 60))' is not a type of requirement")
      }
    }
    return requirements
  }
}

import Foundation
import Support

/// AWS on a loopback port. It ends with its owner, or this process.
public final class Emulator: @unchecked Sendable {
  /// Who plays AWS.
  public enum Engine: String, Sendable, CaseIterable {
    /// `Tests/Emulator`, with signatures and policies on.
    case emulator
    /// `Tests/SecondOpinion`: moto, which checks neither, and knows no control endpoints.
    case moto

    fileprivate var venv: String { self == .emulator ? ".venv/emulator" : ".venv/moto" }

    fileprivate func arguments(_ root: URL) -> [String] {
      switch self {
      case .emulator: ["-m", "emulator", "--until-stdin-closes", "--log-level", "ERROR"]
      case .moto: [root.appendingPathComponent("Tests/SecondOpinion/serve.py").path]
      }
    }
  }

  /// `http://127.0.0.1:PORT`
  public let endpoint: String
  public let region: String
  /// The access key of a user who may do everything.
  public let accessKeyID: String
  public let secretAccessKey: String
  /// In answers of the emulator: what does not fit AWS's models, of the request or of the answer.
  public static let faultHeader = "x-emulator-fault"
  /// Where compute environments may be.
  public let place: Place
  private let process: Child
  /// The emulator lives as long as this is open.
  private let lifeline = Pipe()

  /// One for all tests of a process.
  public static let shared = Result { try Emulator() }
  private static let moto = Result { try Emulator(.moto) }

  public static func shared(_ engine: Engine) throws -> Emulator {
    try (engine == .emulator ? shared : moto).get()
  }

  /// - Throws: when it does not come up; `make emulator-venv moto-venv` installs what it takes.
  public init(_ engine: Engine = .emulator) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized
    let python = root.appendingPathComponent("\(engine.venv)/bin/python")
    guard FileManager.default.isExecutableFile(atPath: python.path) else {
      throw EmulatorError(description: "\(engine.venv) is not installed; run `make emulator-venv moto-venv`")
    }
    let output = Pipe()
    process = try Child(
      [python.path] + engine.arguments(root), input: .pipe(lifeline), output: .pipe(output), errors: .inherited)
    let line = try? output.fileHandleForReading.read("the AWS emulator to be ready") { bytes in
      bytes.firstIndex(of: UInt8(ascii: "\n")).map { Data(bytes[..<$0]) }
    }
    guard let ready = try? JSONDecoder().decode(Ready.self, from: line ?? Data()) else {
      process.signal(SIGTERM)
      throw EmulatorError(description: "the AWS emulator does not start; it said why on standard error")
    }
    endpoint = ready.endpoint
    region = ready.region
    accessKeyID = ready.admin.accessKeyId
    secretAccessKey = ready.admin.secretAccessKey
    place = ready.place ?? Place(subnet: "subnet-1", securityGroup: "sg-1", serviceRole: nil)
  }

  deinit {
    try? lifeline.fileHandleForWriting.close()
    try? process.end()
  }

  private struct Ready: Decodable {
    struct Key: Decodable { let accessKeyId, secretAccessKey: String }
    let endpoint, region: String
    let admin: Key
    let place: Place?
  }

  public struct Place: Decodable, Sendable {
    public let subnet, securityGroup: String
    /// An ARN; AWS has a role of its own where none is named.
    public let serviceRole: String?
  }
}

struct EmulatorError: Error, CustomStringConvertible {
  let description: String
}

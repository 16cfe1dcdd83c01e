import Foundation
import Support

/// AWS on a loopback port: `Tests/Emulator`, with signatures and policies on. It ends with its owner, or this process.
public final class Emulator: @unchecked Sendable {
  /// `http://127.0.0.1:PORT`
  public let endpoint: String
  public let region: String
  /// The access key of a user who may do everything.
  public let accessKeyID: String
  public let secretAccessKey: String
  /// In answers of the emulator: what does not fit AWS's models, of the request or of the answer.
  public static let faultHeader = "x-emulator-fault"
  private let process = Process()
  /// The emulator lives as long as this is open.
  private let lifeline = Pipe()

  /// One for all tests of a process.
  public static let shared = Result { try Emulator() }

  /// - Throws: when it does not come up; `make emulator-venv` installs it.
  public init() throws {
    let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../.venv/emulator/bin/python").standardized
    guard FileManager.default.isExecutableFile(atPath: python.path) else {
      throw EmulatorError(description: "the AWS emulator is not installed; run `make emulator-venv`")
    }
    let output = Pipe()
    process.executableURL = python
    process.arguments = ["-m", "emulator", "--until-stdin-closes", "--log-level", "ERROR"]
    process.standardInput = lifeline
    process.standardOutput = output
    try process.run()
    let line = try? output.fileHandleForReading.read("the AWS emulator to be ready") { bytes in
      bytes.firstIndex(of: UInt8(ascii: "\n")).map { Data(bytes[..<$0]) }
    }
    guard let ready = try? JSONDecoder().decode(Ready.self, from: line ?? Data()) else {
      process.terminate()
      throw EmulatorError(description: "the AWS emulator does not start; it said why on standard error")
    }
    endpoint = ready.endpoint
    region = ready.region
    accessKeyID = ready.admin.accessKeyId
    secretAccessKey = ready.admin.secretAccessKey
  }

  deinit {
    try? lifeline.fileHandleForWriting.close()
    try? process.end()
  }

  private struct Ready: Decodable {
    struct Key: Decodable { let accessKeyId, secretAccessKey: String }
    let endpoint, region: String
    let admin: Key
  }
}

struct EmulatorError: Error, CustomStringConvertible {
  let description: String
}

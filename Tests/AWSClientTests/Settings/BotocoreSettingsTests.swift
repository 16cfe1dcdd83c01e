import Foundation
import TestSupport
import Testing

@testable import AWSClient

/// Against botocore's reading of generated AWS files: `Tests/Vectors/settings.py` makes them, and a system test
/// checks that they are what it makes.
@Suite struct BotocoreSettingsTests {
  private struct Case: Decodable {
    let config, credentials: String
    let environment: [String: String]
    let answer: Answer?
  }

  private struct Answer: Decodable {
    let profiles, sso_sessions, services: [String: [String: Value]]
    let region: String?
    let endpoints: [String: String?]
    let method, key: String?
  }

  private enum Value: Decodable, Equatable {
    case text(String)
    case nested([String: String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .nested(try container.decode([String: String].self))
      }
    }

    init(_ property: INIFile.Property) {
      self =
        property.nested.isEmpty ? .text(property.value) : .nested(property.nested.mapValues(\.value))
    }
  }

  @Test("Every generated file is read as botocore reads it, and leads to the same credentials")
  func same() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Vectors/settings.json")
    let cases = try JSONDecoder().decode([Case].self, from: try Data(contentsOf: file))
    #expect(cases.count >= 300)
    for row in cases {
      let folder = try TemporaryFolder()
      try folder.write(".aws/config", row.config)
      try folder.write(".aws/credentials", row.credentials)
      let fixed = ["HOME": folder.path, "AWS_EC2_METADATA_DISABLED": "true"]
      let settings = try? AWSSettings(environment: row.environment.merging(fixed) { $1 })
      let place: Comment = "\(row.config)\n---\n\(row.credentials)\n---\n\(row.environment)"
      #expect((settings == nil) == (row.answer == nil), place)
      guard let settings, let answer = row.answer else { continue }
      #expect(Self.values(settings.files.profiles) == answer.profiles, place)
      #expect(Self.values(settings.files.ssoSessions) == answer.sso_sessions, place)
      #expect(Self.values(settings.files.services) == answer.services, place)
      #expect(settings.region == answer.region, place)
      let endpoints = settings.endpoints(in: "xx-north-1")
      for (service, name) in [(AWSService.dynamoDB, "dynamodb"), (.sqs, "sqs"), (.logs, "logs")] {
        guard let url = answer.endpoints[name] ?? nil else { continue }
        #expect(endpoints.url(of: service) == url, place)
      }
      let (method, key) = Self.found(settings)
      #expect(method == answer.method && key == answer.key, place)
    }
  }

  private static func values(_ sections: [String: INIFile.Section]) -> [String: [String: Value]] {
    sections.mapValues { $0.properties.mapValues { Value($0) } }
  }

  /// In botocore's words.
  private static func found(_ settings: AWSSettings) -> (method: String?, key: String?) {
    do throws(AWSCredentialError) {
      return switch try SourceResolver(settings).resolve() {
      case .keys(let keys) where keys.accessKeyID == "ENV": ("env", "ENV")
      case .keys(let keys):
        (settings.isInCredentialsFile(keys.accessKeyID) ? "shared-credentials-file" : "config-file", keys.accessKeyID)
      case .role: ("assume-role", nil)
      case .webIdentity: ("assume-role-with-web-identity", nil)
      case .sso: ("sso", nil)
      case .process: ("custom-process", "PROCESS")
      case .container, .instance: ("none of these", nil)
      }
    } catch {
      return (error.kind == .notConfigured ? nil : "error", nil)
    }
  }
}

extension AWSSettings {
  fileprivate func isInCredentialsFile(_ key: String) -> Bool {
    files.profiles[profile]?.properties["aws_access_key_id"]?.location.contains("credentials") == true
  }
}

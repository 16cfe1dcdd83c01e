import FoundationEssentials
import MirrorCore
import Support

@testable import AWSBackend
@testable import AWSClient
@testable import HTTP

extension FuzzTarget {
  /// What other services of AWS answer: jobs of Batch, errors in JSON and XML, keys.
  static let services = FuzzTarget("services") { bytes throws(Broken) in
    for status in [400, 403, 500] {
      let response = HTTPResponse(status: status, headers: ["x-amzn-RequestId": "r\u{1b}[0m"], body: bytes)
      let answer = AWSError.ServiceError(response)
      try holdReadable(AWSError(.service(answer), .dynamoDB, "Scan").description)
      try hold(!answer.code.isEmpty, "an error without a code")
    }
    try keys(bytes)
    guard let detail = try? JSONDecoder().decode(BatchClient.JobDetail.self, from: Data(bytes)) else { return }
    for job in [Job(detail), Job.control(detail)].compactMap(\.self) {
      try hold(job.id == detail.jobId, "another id: \(job.id)")
      try hold(
        job.attempts.map(\.number) == job.attempts.indices.map { $0 + 1 }, "attempts \(job.attempts.map(\.number))")
      if let reason = job.reason { try hold(reason.utf8.count < 100_000, "a long reason") }
    }
  }

  private static func keys(_ bytes: [UInt8]) throws(Broken) {
    do throws(AWSCredentialError) {
      _ = try CredentialDocument(bytes, from: "the process").credentials(from: "the process")
    } catch {
      try holdReadable(error.description, within: 500)
    }
  }
}

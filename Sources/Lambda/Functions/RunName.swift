import AWSBackend
import FoundationEssentials
import OCIRegistry
import Support

/// What a run is called that an event starts: the same for every delivery of the event.
struct RunName: Sendable, Equatable {
  /// `20261123T200000Z-4f2a91c0`: the event's time and 8 hexadecimal digits of the SHA-256 of its id; without a time
  /// `event-` and 16 digits.
  let run: String

  init(_ event: ScheduledEvent) {
    let digest = Digest.sha256(of: Array(event.id.utf8)).hex
    if let time = event.time {
      run = time.rfc3339.filter { $0.isNumber || $0 == "T" || $0 == "Z" } + "-\(digest.prefix(8))"
    } else {
      run = "event-\(digest.prefix(16))"
    }
  }

  /// The control job's name on AWS Batch.
  var job: String { ControlJob.name(run: run) }
}

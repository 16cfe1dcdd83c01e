import FoundationEssentials
import Support

// Times are reckoned with: whatever an answer says, they are ones that can be.

extension BatchClient.JobSummary {
  var withBoundedTimes: BatchClient.JobSummary {
    var copy = self
    copy.createdAt = createdAt?.boundedTime
    copy.startedAt = startedAt?.boundedTime
    copy.stoppedAt = stoppedAt?.boundedTime
    return copy
  }
}

extension BatchClient.JobDetail {
  var withBoundedTimes: BatchClient.JobDetail {
    var copy = self
    copy.createdAt = createdAt?.boundedTime
    copy.startedAt = startedAt?.boundedTime
    copy.stoppedAt = stoppedAt?.boundedTime
    copy.attempts = attempts?.map { attempt in
      var attempt = attempt
      attempt.startedAt = attempt.startedAt?.boundedTime
      attempt.stoppedAt = attempt.stoppedAt?.boundedTime
      return attempt
    }
    return copy
  }
}

extension Int64 {
  fileprivate var boundedTime: Int64 { Date(milliseconds: self).milliseconds }
}

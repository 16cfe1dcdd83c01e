import AWSClient
import MirrorCore
import Support

extension BatchClient.JobDetail {
  /// As AWS Batch will describe a job that was just submitted.
  init(_ job: Job, _ request: JobRequest) {
    self.init(jobId: job.id, jobName: job.name, status: JobState.submitted.rawValue)
    createdAt = job.created.milliseconds
    // Whoever knows the job knows its images too.
    var told = request
    told.others = []
    let submission = BatchClient.JobSubmission(told, queue: "", definition: "")
    parameters = submission.parameters
    container = BatchClient.ContainerDetail()
    container?.environment = submission.environment.map { BatchClient.Variable(name: $0.key, value: $0.value) }
  }
}

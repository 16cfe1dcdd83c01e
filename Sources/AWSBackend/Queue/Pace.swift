import Support

/// How fast things go between this program and AWS Batch.
struct Pace: Sendable {
  /// How long a reservation counts by itself.
  var reservation = Duration.seconds(60)
  /// What of that must be left for a submission to begin: its request takes less.
  var margin = Duration.seconds(30)
  /// How soon a reservation is looked at again that another is about to use.
  var poll = Duration.milliseconds(500)
  /// How long after a lost answer the job is looked for, each time longer.
  var lookAgain = Duration.seconds(1)
  /// Submissions a second; AWS Batch takes 50 of an account.
  var submissions = 40.0
  /// How old an answer about jobs may be that this process has not changed itself.
  var freshness = Duration.seconds(2)
  /// How old the description of a running job may be: a new attempt may look like the last one.
  var recheck = Duration.seconds(30)
  /// For so long a job counts that was submitted and that AWS Batch does not show yet.
  var patience = Duration.seconds(60)
  /// How often a running job's progress is written.
  var progress = Duration.seconds(5)
}

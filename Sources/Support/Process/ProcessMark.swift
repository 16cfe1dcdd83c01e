/// What processes have in their environment so that others can tell whose they are.
public enum ProcessMark {
  /// The id of the job that all of its processes belong to.
  public static let job = "ECRMIRROR_JOB"
}

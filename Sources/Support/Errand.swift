/// On whose behalf something is done: what somebody asked for goes before what is only kept fresh.
public enum Errand {
  /// Whether this task keeps something fresh, and so may wait.
  @TaskLocal public static var isBackground = false
}

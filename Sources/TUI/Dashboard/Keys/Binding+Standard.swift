import Terminal

extension Binding {
  /// The table as it stands where the configuration says nothing else.
  static let standard = actions + inspecting + lists + logs + moving + going + tabs + fromViewToView

  private static let actions: [Binding] = [
    Binding(
      ["m"], .mirror, "mirror", "mirror now what is out of sync: this one, or those marked",
      mutates: true, isHinted: true),
    Binding(
      ["M"], .mirrorDrifted, "all drifted", "mirror now everything that was out of sync at the last check",
      mutates: true),
    Binding(
      ["c"], .check, "check", "check now: this one, or those marked",
      mutates: true, isHinted: true),
    Binding(
      ["C"], .checkAll, "check all", "check every mirror now", mutates: true),
    Binding(
      ["n"], .createRepository, "new repository",
      "create missing ECR repositories and mirror: this one, or those marked", mutates: true),
    Binding(
      ["R"], .run, "run now", "start a run now: check every mirror, and queue what drifted", mutates: true),
    Binding(
      ["T"], .timer, "timer", "pause or resume the timer that starts runs", mutates: true,
      argument: .optional("pause|resume")),
    Binding(["a"], .add, "add", "add a mirror", mutates: true, isHinted: true),
    Binding(
      [], .import, "import", "add and change mirrors from a file: all of them, or none", mutates: true,
      argument: .required("FILE")),
    Binding(["e"], .edit, "edit", "edit this mirror", mutates: true, isHinted: true),
    Binding(
      ["x"], .disable, "disable", "disable: this one, or those marked; runs skip them",
      mutates: true),
    Binding(["X"], .enable, "enable", "enable again: this one, or those marked", mutates: true),
    Binding(
      ["D", .delete], .delete, "delete", "delete: this one, or those marked; images stay where they are", mutates: true),
    Binding(
      ["U"], .undo, "undo", "undo the last change to mirrors made here",
      in: .everywhere, mutates: true),
    Binding(
      ["K"], .cancel, "cancel", "cancel the job: this one, or those marked", mutates: true),
    Binding(
      ["f"], .remedy, "fix", "apply the fix for this problem, or for all of one cause",
      mutates: true, isHinted: true),
    Binding(
      ["R"], .retry, "retry", "queue the job again: this one, or those marked", mutates: true, isHinted: true),
  ]

  private static let inspecting: [Binding] = [
    Binding(
      ["p"], .platforms, "platforms", "read the platforms at the destinations", isHinted: true),
    Binding(
      ["P"], .sourcePlatforms, "source's", "read the platforms at the source too; Docker Hub counts it as a pull"),
    Binding(
      ["="], .diff, "diff",
      "what changed in the image; Docker Hub counts each platform as a pull"),
  ]

  private static let lists: [Binding] = [
    Binding(
      [.enter, "d"], .open, "open", "show the details of this, or of what is named", in: .lists,
      isHinted: true,
      argument: .optional("SOURCE|JOB|REGISTRY")),
    Binding(
      ["l"], .log, "log", "show the log of its job", isHinted: true),
    Binding(
      ["/"], .filter, "filter", "show only what matches: words, !word, /regex/, state:drifted", in: .lists,
      isHinted: true,
      argument: .optional("FILTER")),
    Binding(["s"], .nextSort, "sort", "sort by the next column", in: .lists),
    Binding([.control("R")], .reverse, "reverse", "reverse the sort order", in: .lists),
    Binding([], .sort, "sort", "sort by a column, up or down", in: .lists, argument: .required("COLUMN [up|down]")),
    Binding(["W"], .wide, "wide", "all columns in full, scrolled with Left and Right; or those that fit", in: .lists),
    Binding(
      ["v"], .pane, "pane", "details of the selected row: beside the list, below it, or hidden", in: .lists,
      argument: .optional("room|beside|below|none")),
    Binding(
      ["b"], .group, "group", "group mirrors by repository or registry, problems by cause; or not at all",
      argument: .optional("repository|registry|cause|none")),
    Binding(["z"], .fold, "fold", "fold the group, or unfold it"),
    Binding(["Z"], .foldAll, "fold all", "fold all groups, or unfold them"),
    Binding([" "], .mark, "mark", "mark or unmark, and move down"),
    Binding(["V"], .markRange, "mark range", "mark from the last mark to here"),
    Binding(["*"], .markAll, "mark all", "mark all that are shown"),
    Binding(["u"], .unmark, "unmark", "unmark all"),
  ]

  private static let logs: [Binding] = [
    Binding(["f"], .follow, "follow", "follow the log's end, or stop", isHinted: true),
    Binding(["w"], .wrap, "wrap", "wrap long lines, or cut them", isHinted: true),
    Binding(
      ["/"], .search, "search", "look for words, or /a pattern/, in the log", isHinted: true,
      argument: .optional("WORDS")),
    Binding(["n"], .findNext, "next", "to the next match"),
    Binding(["N"], .findPrevious, "previous", "to the previous match"),
    Binding(
      ["&"], .grep, "filter", "show only lines with words, or /a pattern/; or all again", isHinted: true,
      argument: .optional("WORDS")),
    Binding(["x"], .context, "context", "show or hide the lines around matches"),
    Binding(["t"], .times, "times", "show or hide the time of each line"),
    Binding(["T"], .at, "at", "go to a time: 20:15, 20:15:30, or 10m ago", argument: .optional("TIME")),
    Binding(
      ["o"], .saveLog, "save", "save the loaded log to a file", argument: .optional("FILE")),
    Binding(["[", ","], .previousAttempt, "attempt", "the log of the previous attempt"),
    Binding(["]", "."], .nextAttempt, "attempt", "the log of the next attempt"),
    Binding(["z", "l"], .zoom, "zoom", "show the log in full screen, or not", isHinted: true),
  ]

  private static let moving: [Binding] = [
    Binding(["j", .down], .down, "down", "one down", in: .everywhere),
    Binding(["k", .up], .up, "up", "one up", in: .everywhere),
    Binding([.control("D")], .halfDown, "down", "half a page down", in: .everywhere),
    Binding([.control("U")], .halfUp, "up", "half a page up", in: .everywhere),
    Binding([.pageDown, .control("F")], .pageDown, "down", "a page down", in: .everywhere),
    Binding([.pageUp, .control("B")], .pageUp, "up", "a page up", in: .everywhere),
    Binding(["g", .home], .first, "top", "to the first", in: .everywhere),
    Binding(["G", .end], .last, "end", "to the last", in: .everywhere),
    Binding(
      [.left, "h"], .left, "left", "scroll left, in long lines and wide lists", in: .everywhere),
    Binding(
      [.right], .right, "right", "scroll right, in long lines and wide lists", in: .everywhere),
  ]

  private static let going: [Binding] = [
    Binding(
      [":"], .command, "command", "type a command; Tab completes, Up and Down recall earlier ones", in: .everywhere,
      isHinted: true),
    Binding(["?", .function(1)], .help, "help", "this help", in: .everywhere, isHinted: true),
  ]

  private static let tabs: [Binding] = View.tabs.compactMap { view in view.tab.map { Binding(view, $0) } }

  private static let fromViewToView: [Binding] = [
    Binding([.tab], .nextView, "next", "the next view", in: .everywhere),
    Binding([.backtab], .previousView, "previous", "the previous view", in: .everywhere),
    Binding(
      ["<", .control("O")], .jumpBack, "jump back", "to the previous place, in whatever view", in: .everywhere),
    Binding([">"], .forward, "forward", "forward again, after jumping back", in: .everywhere),
    Binding(
      ["I"], .use, "installation", "go to another installation: a stack by its name, a folder, or local",
      in: .everywhere,
      argument: .required("NAME")),
    Binding(
      [.escape], .back, "back", "clear the filter; else go back; else stop the running checks", in: .everywhere),
    Binding(["q"], .leave, "quit", "go back; from a top-level view, quit", in: .everywhere, isHinted: true),
    Binding([.control("C")], .quit, "quit", "quit at once", in: .everywhere),
    Binding(["y"], .copy, "copy", "copy the reference, or the row's name, to the clipboard", in: .lists),
    Binding(["Y"], .copyDigest, "copy digest", "copy the source's digest to the clipboard"),
    Binding(
      ["B"], .browse, "browse", "open its registry page in a web browser, or show its address", in: .lists,
      argument: .optional("source|destination")),
    Binding(["K"], .stop, "stop", "stop the running command", isHinted: true),
    Binding([], .theme, "theme", "change the colours", in: .everywhere, argument: .required("NAME")),
    Binding(
      [.control("P")], .dump, "dump", "save the screen to a file, as text", in: .everywhere,
      argument: .optional("FILE")),
    Binding(["r"], .reload, "reload", "read everything again", in: .everywhere),
    Binding([.control("L")], .redraw, "redraw", "redraw the screen", in: .everywhere),
    Binding([.control("Z")], .suspend, "suspend", "suspend; fg in the shell resumes", in: .everywhere),
  ]
}

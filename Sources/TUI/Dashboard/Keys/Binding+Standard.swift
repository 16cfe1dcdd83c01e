import Terminal

extension Binding {
  /// The table as it stands where the configuration says nothing else.
  static let standard = actions + inspecting + lists + logs + moving + going + tabs + fromViewToView

  private static let actions: [Binding] = [
    Binding(
      ["m"], .mirror, "mirror", "mirror now what is out of step: this one, or those marked",
      mutates: true, isHinted: true),
    Binding(
      ["M"], .mirrorDrifted, "all drifted", "mirror now everything that was last seen out of step",
      mutates: true),
    Binding(
      ["c"], .check, "check", "check now: this one, or those marked",
      mutates: true, isHinted: true),
    Binding(
      ["C"], .checkAll, "check all", "check every mirror now", mutates: true),
    Binding(
      ["R"], .run, "run now", "start a run now: look at every mirror, and queue what drifted", mutates: true),
    Binding(
      ["T"], .timer, "timer", "pause the timer that starts runs, or let it go on", mutates: true,
      argument: .optional("pause|resume")),
    Binding(["a"], .add, "add", "add a mirror", mutates: true, isHinted: true),
    Binding(
      [], .import, "import", "add and change mirrors from a file: all of them, or none", mutates: true,
      argument: .required("FILE")),
    Binding(["e"], .edit, "edit", "edit this mirror", mutates: true, isHinted: true),
    Binding(
      ["x"], .disable, "disable", "disable: this one, or those marked; runs leave them alone",
      mutates: true),
    Binding(["X"], .enable, "enable", "enable again: this one, or those marked", mutates: true),
    Binding(
      ["D", .delete], .delete, "delete", "delete: this one, or those marked; images stay where they are", mutates: true),
    Binding(
      ["U"], .undo, "undo", "take back the last change of rows that was made here",
      in: .everywhere, mutates: true),
    Binding(
      ["K"], .cancel, "cancel", "cancel the job: this one, or those marked", mutates: true),
    Binding(
      ["f"], .remedy, "fix", "do what helps with this problem, or with all of one cause",
      mutates: true, isHinted: true),
    Binding(
      ["R"], .retry, "retry", "queue the job once more: this one, or those marked", mutates: true, isHinted: true),
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
      [.enter, "d"], .open, "open", "show all there is to know about it, or about what is named", in: .lists,
      isHinted: true,
      argument: .optional("SOURCE|JOB|REGISTRY")),
    Binding(
      ["l"], .log, "log", "show the log of its job", isHinted: true),
    Binding(
      ["/"], .filter, "filter", "show only what matches: words, !word, /regex/, state:drifted", in: .lists,
      isHinted: true,
      argument: .optional("FILTER")),
    Binding(["s"], .nextSort, "sort", "sort by the next column", in: .lists),
    Binding([.control("R")], .reverse, "reverse", "sort the other way round", in: .lists),
    Binding([], .sort, "sort", "sort by a column, up or down", in: .lists, argument: .required("COLUMN [up|down]")),
    Binding(["W"], .wide, "wide", "all columns in full, moved with Left and Right; or as many as fit", in: .lists),
    Binding(
      ["v"], .pane, "pane", "all about the selected row: beside the list, below it, or not", in: .lists,
      argument: .optional("room|beside|below|none")),
    Binding(
      ["b"], .group, "group", "group mirrors by repository or registry, problems by cause; or not at all",
      argument: .optional("repository|registry|cause|none")),
    Binding(["z"], .fold, "fold", "fold the group, or unfold it"),
    Binding(["Z"], .foldAll, "fold all", "fold all groups, or unfold them"),
    Binding([" "], .mark, "mark", "mark, or unmark, and go on"),
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
    Binding(["n"], .findNext, "next", "to the next line that has what is looked for"),
    Binding(["N"], .findPrevious, "previous", "to the line before that has what is looked for"),
    Binding(
      ["&"], .grep, "filter", "show only lines with words, or /a pattern/; or all again", isHinted: true,
      argument: .optional("WORDS")),
    Binding(["x"], .context, "context", "lines around those the filter finds: show them, or not"),
    Binding(["t"], .times, "times", "show when each line was written, or not"),
    Binding(["T"], .at, "at", "go to a time: 20:15, 20:15:30, or 10m ago", argument: .optional("TIME")),
    Binding(
      ["o"], .saveLog, "save", "write the log to a file, as far as it is kept", argument: .optional("FILE")),
    Binding(["[", ","], .previousAttempt, "attempt", "the log of the attempt before"),
    Binding(["]", "."], .nextAttempt, "attempt", "the log of the attempt after"),
    Binding(["z", "l"], .zoom, "zoom", "give the log all the room, or give it back", isHinted: true),
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
      [.left, "h"], .left, "left", "to the left: in lines that are cut, in columns of a wide list", in: .everywhere),
    Binding(
      [.right], .right, "right", "to the right: in lines that are cut, in columns of a wide list", in: .everywhere),
  ]

  private static let going: [Binding] = [
    Binding(
      [":"], .command, "command", "type a command; Tab completes, Up and Down bring earlier ones", in: .everywhere,
      isHinted: true),
    Binding(["?", .function(1)], .help, "help", "this help", in: .everywhere, isHinted: true),
  ]

  private static let tabs: [Binding] = View.tabs.compactMap { view in view.tab.map { Binding(view, $0) } }

  private static let fromViewToView: [Binding] = [
    Binding([.tab], .nextView, "next", "the next view", in: .everywhere),
    Binding([.backtab], .previousView, "previous", "the view before", in: .everywhere),
    Binding(
      ["<", .control("O")], .jumpBack, "jump back", "to where one was before, whatever way one went", in: .everywhere),
    Binding([">"], .forward, "forward", "forward again, after jumping back", in: .everywhere),
    Binding(
      ["I"], .use, "installation", "go to another installation: a stack by its name, a folder, or local",
      in: .everywhere,
      argument: .required("NAME")),
    Binding(
      [.escape], .back, "back", "clear the filter; else go back; else stop the checks under way", in: .everywhere),
    Binding(["q"], .leave, "quit", "go back; from a first view, quit", in: .everywhere, isHinted: true),
    Binding([.control("C")], .quit, "quit", "quit at once", in: .everywhere),
    Binding(["y"], .copy, "copy", "copy the reference, or what stands for the row, to the clipboard", in: .lists),
    Binding(["Y"], .copyDigest, "copy digest", "copy the source's digest to the clipboard"),
    Binding(
      ["B"], .browse, "browse", "open its page at the registry in a web browser, or say its address", in: .lists,
      argument: .optional("source|destination")),
    Binding(["K"], .stop, "stop", "stop the command that runs here", isHinted: true),
    Binding([], .theme, "theme", "change the colours", in: .everywhere, argument: .required("NAME")),
    Binding(
      [.control("P")], .dump, "dump", "write what the screen shows to a file, as text", in: .everywhere,
      argument: .optional("FILE")),
    Binding(["r"], .reload, "reload", "read everything stored again", in: .everywhere),
    Binding([.control("L")], .redraw, "redraw", "draw the screen anew", in: .everywhere),
    Binding([.control("Z")], .suspend, "suspend", "stop, for the shell to go on with fg", in: .everywhere),
  ]
}

import Terminal

extension Binding {
  /// The table as it stands where the configuration says nothing else.
  static let standard = actions + inspecting + lists + logs + moving + going

  private static let actions: [Binding] = [
    Binding(
      ["m"], .mirror, "mirror", "mirror now what is out of step: this one, or those marked", in: .mirrorViews,
      mutates: true, hint: .all),
    Binding(
      ["M"], .mirrorDrifted, "all drifted", "mirror now everything that was last seen out of step", in: .mirrorViews,
      mutates: true),
    Binding(
      ["c"], .check, "check", "look at the registries now: for this one, or those marked", in: .mirrorViews,
      mutates: true, hint: .all),
    Binding(
      ["C"], .checkAll, "check all", "look at the registries now, for every mirror", in: .mirrorViews, mutates: true),
    Binding(
      ["R"], .run, "run now", "start a run now: look at every mirror, and queue what drifted",
      in: [.mirrors, .problems, .runs, .history], mutates: true, hint: .runs),
    Binding(
      ["T"], .timer, "timer", "pause the timer that starts runs, or let it go on",
      in: [.mirrors, .problems, .fault, .runs, .history], mutates: true, hint: [.runs, .fault],
      argument: .optional("pause|resume")),
    Binding(["a"], .add, "add", "add a mirror", in: .mirrors, mutates: true, hint: .all),
    Binding(["e"], .edit, "edit", "edit this mirror", in: .mirrorViews, mutates: true, hint: .all),
    Binding(
      ["x"], .toggle, "on/off", "disable, or enable again: this one, or those marked", in: .mirrorViews,
      mutates: true),
    Binding(
      ["D", .delete], .delete, "delete", "delete: this one, or those marked; images stay where they are",
      in: .mirrorViews, mutates: true),
    Binding(
      ["K"], .cancel, "cancel", "cancel the job: this one, or those marked",
      in: [.mirrors, .mirror, .jobs, .job, .problems], mutates: true, hint: [.jobs, .job]),
    Binding(
      ["R"], .retry, "retry", "queue the job once more: this one, or those marked", in: [.jobs, .job], mutates: true,
      hint: .all),
  ]

  private static let inspecting: [Binding] = [
    Binding(
      ["p"], .platforms, "platforms", "read the platforms at the destinations", in: .mirror, hint: .all),
    Binding(
      ["P"], .sourcePlatforms, "source's", "read the platforms at the source too; Docker Hub counts it as a pull",
      in: .mirror),
  ]

  private static let lists: [Binding] = [
    Binding([.enter, "d"], .open, "open", "show all there is to know about it", in: .lists, hint: .all),
    Binding(
      ["l"], .log, "log", "show the log of its job", in: [.mirrors, .mirror, .jobs, .history, .record, .problems],
      hint: .all),
    Binding(
      ["/"], .filter, "filter", "show only what matches: words, !word, /regex/, state:drifted", in: .lists, hint: .all,
      argument: .optional("FILTER")),
    Binding(["s"], .nextSort, "sort", "sort by the next column", in: .lists),
    Binding(["S"], .reverse, "reverse", "sort the other way round", in: .lists),
    Binding([], .sort, "sort", "sort by a column, up or down", in: .lists, argument: .required("COLUMN [up|down]")),
    Binding(["W"], .wide, "wide", "all columns in full, moved with Left and Right; or as many as fit", in: .lists),
    Binding(
      ["b"], .group, "group", "group by repository, by registry, or not at all", in: .mirrors,
      argument: .optional("repository|registry|none")),
    Binding(["z"], .fold, "fold", "fold the group, or unfold it", in: .mirrors),
    Binding(["Z"], .foldAll, "fold all", "fold all groups, or unfold them", in: .mirrors),
    Binding([" "], .mark, "mark", "mark, or unmark, and go on", in: .markable),
    Binding(["V"], .markRange, "mark range", "mark from the last mark to here", in: .markable),
    Binding(["*"], .markAll, "mark all", "mark all that are shown", in: .markable),
    Binding(["u"], .unmark, "unmark", "unmark all", in: .markable),
  ]

  private static let logs: [Binding] = [
    Binding(["f"], .follow, "follow", "follow the log's end, or stop", in: .job, hint: .all),
    Binding(["w"], .wrap, "wrap", "wrap long lines, or cut them", in: .job, hint: .all),
    Binding(
      ["/"], .search, "search", "look for words, or /a pattern/, in the log", in: .job, hint: .all,
      argument: .optional("WORDS")),
    Binding(["n"], .findNext, "next", "to the next line that has what is looked for", in: .job),
    Binding(["N"], .findPrevious, "previous", "to the line before that has what is looked for", in: .job),
    Binding(
      ["&"], .grep, "filter", "show only lines with words, or /a pattern/; or all again", in: .job, hint: .all,
      argument: .optional("WORDS")),
    Binding(["x"], .context, "context", "lines around those the filter finds: show them, or not", in: .job),
    Binding(["t"], .times, "times", "show when each line was written, or not", in: .job),
    Binding(["T"], .at, "at", "go to a time: 20:15, 20:15:30, or 10m ago", in: .job, argument: .optional("TIME")),
    Binding(
      ["o"], .saveLog, "save", "write the log to a file, as far as it is kept", in: .job, argument: .optional("FILE")),
    Binding(["[", ","], .previousAttempt, "attempt", "the log of the attempt before", in: .job),
    Binding(["]", "."], .nextAttempt, "attempt", "the log of the attempt after", in: .job),
    Binding(["z", "l"], .zoom, "zoom", "give the log all the room, or give it back", in: .job, hint: .all),
  ]

  private static let moving: [Binding] = [
    Binding(["j", .down], .down, "down", "one down"),
    Binding(["k", .up], .up, "up", "one up"),
    Binding([.control("D")], .halfDown, "down", "half a page down"),
    Binding([.control("U")], .halfUp, "up", "half a page up"),
    Binding([.pageDown, .control("F")], .pageDown, "down", "a page down"),
    Binding([.pageUp, .control("B")], .pageUp, "up", "a page up"),
    Binding(["g", .home], .first, "top", "to the first"),
    Binding(["G", .end], .last, "end", "to the last"),
    Binding([.left, "h"], .left, "left", "to the left: in lines that are cut, in columns of a wide list"),
    Binding([.right], .right, "right", "to the right: in lines that are cut, in columns of a wide list"),
  ]

  private static let going: [Binding] = [
    Binding([":"], .command, "command", "type a command; Tab completes, Up and Down bring earlier ones", hint: .all),
    Binding(["?", .function(1)], .help, "help", "this help", hint: .all),
    Binding(["1"], .mirrors, "mirrors", "the mirrors"),
    Binding(["2"], .jobs, "jobs", "the jobs"),
    Binding(["3"], .history, "history", "what was done: jobs and runs"),
    Binding(["4"], .runs, "runs", "runs and checks, with what each found and did"),
    Binding(["5"], .registries, "registries", "registries: requests, pulls left, throttling, sign-in"),
    Binding(["6"], .problems, "problems", "what needs a person, the worst first"),
    Binding(["7"], .messages, "messages", "what this dashboard said"),
    Binding([.tab], .nextView, "next", "the next view"),
    Binding([.backtab], .previousView, "previous", "the view before"),
    Binding(["<", .control("O")], .jumpBack, "jump back", "to where one was before, whatever way one went"),
    Binding([">"], .forward, "forward", "forward again, after jumping back"),
    Binding(
      ["I"], .use, "installation", "go to another installation: a stack by its name, a folder, or local",
      argument: .required("NAME")),
    Binding([.escape], .back, "back", "clear the filter; else go back; else stop the checks under way"),
    Binding(["q"], .leave, "quit", "go back; from a first view, quit", hint: .all),
    Binding([.control("C")], .quit, "quit", "quit at once"),
    Binding(["y"], .copy, "copy", "copy the reference, or what stands for the row, to the clipboard", in: .copyable),
    Binding(["Y"], .copyDigest, "copy digest", "copy the source's digest to the clipboard", in: .mirrorViews),
    Binding([], .theme, "theme", "change the colours", argument: .required("NAME")),
    Binding(
      [.control("P")], .dump, "dump", "write what the screen shows to a file, as text", argument: .optional("FILE")),
    Binding(["r"], .reload, "reload", "read everything stored again"),
    Binding([.control("L")], .redraw, "redraw", "draw the screen anew"),
    Binding([.control("Z")], .suspend, "suspend", "stop, for the shell to go on with fg"),
  ]
}

import FoundationEssentials
import MirrorCore
import Support
import Terminal

extension View {
  /// What there is to know about a job, and its log.
  static let job = View(
    "Job", .log { state, id, canvas, layout in state.drawJob(id, &canvas, layout) },
    operations: [
      .cancel, .retry, .copy, .follow, .wrap, .search, .findNext, .findPrevious, .grep, .context, .times, .at, .saveLog,
      .previousAttempt, .nextAttempt, .zoom,
    ], hints: [.cancel],
    watch: { state, id in
      Watch(
        log: LogSource(
          job: id, attempt: state.chosenAttempt ?? state.job(id)?.attempts.last?.number, images: state.chosenImages))
    },
    subject: { state, id in Subject(copied: state.job(id)?.source ?? id, job: id) },
    name: { state, id in state.job(id)?.title ?? id },
    counts: { state, _ in state.countsOfJobs }, jobs: { _ in [] },
    preview: { state, id, _, brush in state.jobHead(id, &brush) })
}

extension Place {
  static func job(_ id: String) -> Place { Place(.job, id) }
}

extension State {
  /// Rows of the log's window.
  var logHeight: Int {
    guard case .log = place.view.content else { return 1 }
    var brush = Brush(now: now, symbols: symbols)
    return max(layout.bodyHeight - jobHead(place.id, &brush).count - 1, 1)
  }

  fileprivate func drawJob(_ id: String, _ canvas: inout Canvas, _ layout: Layout) {
    let head = jobHead(id, &canvas.brush)
    canvas.draw(head, from: 0, row: layout.bodyTop, height: layout.bodyHeight)
    let row = layout.bodyTop + head.count
    guard row < layout.bodyTop + layout.bodyHeight else { return }
    drawLogTitle(&canvas, row)
    drawLog(&canvas, row: row + 1, height: layout.bodyTop + layout.bodyHeight - row - 1)
  }

  /// What there is to know about a job, above its log: at most half of the body, one line where the log has the room.
  fileprivate func jobHead(_ id: String, _ brush: inout Brush) -> [Line] {
    var page = TextPage(width: size.columns)
    guard let job = job(id) else {
      page.paragraph("job \(id) is no longer in the queue; see the history", .warning)
      return page.lines
    }
    if !isPreviewing, logFillsScreen || layout.bodyHeight < 10 {
      page.spans([Span(job.state.word, job.state.role), Span("  \(job.title)", .title)])
      return page.lines
    }
    if job.isPack {
      page.field("images", job.imagesText, .title, labels: 11)
    } else {
      page.field("source", job.source, .title, labels: 11)
      for (index, destination) in job.destinations.enumerated() {
        page.field(index == 0 ? "to" : "", destination, labels: 11)
      }
      page.field("platforms", job.request.image.platforms?.words ?? "", labels: 11)
    }
    page.field("state", job.state.words, job.state.role, labels: 11)
    page.field("reason", job.reason ?? "", job.state == .failed ? .bad : .plain, labels: 11)
    if job.state == .running, let progress = job.progress {
      page.field("copied", progress.bar(max(min(size.columns - 13, 60), 8), brush.symbols), .busy, labels: 11)
      page.field("", progress.summary + paceText(id), labels: 11)
    }
    page.field("job", "\(job.name)  \(job.id)", labels: 11)
    page.field(
      "created", brush.moment(job.created) + (job.run.map { ", by run \($0)" } ?? ", \(job.origin.word)"),
      labels: 11)
    for attempt in job.attempts {
      page.field(
        "attempt \(attempt.number)", describe(attempt, &brush), attempt.exitCode ?? 0 == 0 ? .plain : .warning,
        labels: 11)
    }
    describeImages(of: job, &page)
    let most = max(layout.bodyHeight / 2, 4)
    guard !isPreviewing, page.lines.count > most else { return page.lines }
    return page.lines.prefix(most - 1) + [Line(spans: [Span("and \(page.lines.count - most + 1) more lines", .faint)])]
  }

  /// The images of a job that has several, as far as they could be shown: what is under way first.
  private func describeImages(of job: Job, _ page: inout TextPage) {
    guard job.isPack else { return }
    let (images, words) = (job.images, job.imageWords)
    var left = max(layout.bodyHeight, 4)
    for word in [ImageWord.copying, .failed, .waiting, .done] {
      for place in images.indices where left > 0 && words[place] == word {
        page.field(word.rawValue, images[place].source, word.role, labels: 11)
        left -= 1
      }
    }
  }

  /// Bytes a second and time left, as far as they are known.
  private func paceText(_ id: String) -> String {
    guard let row = activity.rows.first(where: { $0.id == id }) else { return "" }
    return (row.rate(at: now)?.perSecond.map { ", \($0)" } ?? "")
      + (row.left(at: now).map { ", \($0.brief) left" } ?? "")
  }

  private func describe(_ attempt: JobAttempt, _ brush: inout Brush) -> String {
    var text = attempt.started.rfc3339
    if let stopped = attempt.stopped {
      text += ", took \(stopped.since(attempt.started).precise)"
      if let code = attempt.exitCode { text += ", exit code \(code)" }
    } else {
      text += ", for \(brush.age(attempt.started))"
    }
    return attempt.reason.map { "\(text): \($0)" } ?? text
  }
}

extension Job {
  /// `100 images: 37 done, 2 failed, 8 copying, 53 waiting`.
  fileprivate var imagesText: String {
    let (all, words) = ("\(request.images.count) images", imageWords)
    let counts = [ImageWord.done, .failed, .copying, .waiting].map { word in (word, words.count { $0 == word }) }
    let parts = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }
    return state.isLive ? "\(all): " + parts.joined(separator: ", ") : all
  }

  /// How each of its images stands, for a person.
  fileprivate var imageWords: [ImageWord] {
    request.images.indices.map { place in
      if hasFailed(at: place) { return .failed }
      return switch standing(at: place) {
      case .waiting: .waiting
      case .underWay: .copying
      case .through: .done
      }
    }
  }
}

private enum ImageWord: String {
  case waiting, copying, failed, done

  var role: Role {
    switch self {
    case .copying: .busy
    case .failed: .bad
    case .waiting, .done: .plain
    }
  }
}

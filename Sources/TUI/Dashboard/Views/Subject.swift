import MirrorCore

/// What a row, or a detail, is about: what keys that are pressed there take it for.
struct Subject: Sendable, Equatable {
  /// Where Enter leads.
  var opens: Place?
  /// What stands for it on the clipboard.
  var copied: String?
  /// The row of the table that actions are for.
  var mirror: String?
  /// The job that actions are for, and whose log is shown.
  var job: String?
  /// The source of the image of that job which this is about, where it is about one.
  var image: String?
}

extension State {
  /// What the row under the cursor, or the detail shown, is about.
  var subject: Subject {
    list.map { $0.subject ?? Subject() } ?? place.view.subject(self, place.id)
  }

  /// What an action is about: what is marked, else what is under the cursor, or the detail shown.
  var subjects: [Subject] {
    list.map(\.subjects) ?? [place.view.subject(self, place.id)]
  }

  /// The mirrors that the view is about just now, whatever can be done with them.
  var mirrorsOfPlace: [MirrorRow] { rows(of: subjects.compactMap(\.mirror), in: mirrors) }

  /// The job that the selected row, or the detail shown, is about.
  var jobOfPlace: String? { subject.job ?? subject.mirror.flatMap { mirror($0)?.job } }

  /// The jobs that the view is about just now: those of its mirrors too.
  var jobsOfPlace: [Job] {
    let ofMirrors = mirrorsOfPlace.flatMap { row in row.status?.destinations.compactMap(\.job) ?? [] }
    return rows(of: subjects.compactMap(\.job) + ofMirrors, in: jobs).map(\.job)
  }

  /// The rows of these ids that there are, each once, in the order of the ids.
  private func rows<Row>(of ids: [Row.ID], in list: RowList<Row>) -> [Row] {
    let wanted = Set(ids)
    var known = Dictionary(
      list.rows.lazy.filter { wanted.contains($0.id) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return ids.compactMap { known.removeValue(forKey: $0) }
  }
}

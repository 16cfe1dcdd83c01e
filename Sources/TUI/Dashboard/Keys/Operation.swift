/// What a key can ask for.
enum Operation: Sendable, Hashable, CaseIterable {
  // Moving.
  case down, up, halfDown, halfUp, pageDown, pageUp, first, last, left, right
  // Going from view to view.
  case open, back, leave, quit, help
  case showMirrors, showJobs, showHistory, showMessages, nextView, previousView, openLog
  // What a list shows.
  case filter, nextSort, reverseSort, mark, markAll, unmarkAll
  // Doing something.
  case mirror, mirrorDrifted, check, checkAll, add, edit, toggleEnabled, delete, cancelJob
  // Logs.
  case follow, wrap, previousAttempt, nextAttempt, zoom
  // The screen.
  case reload, redraw, suspend
}

/// Where one is: a view, and what it is about.
struct Place: Sendable, Hashable {
  let view: View
  /// Of what a detail is about; empty in other views.
  let id: String

  init(_ view: View, _ id: String = "") {
    self.view = view
    self.id = id
  }
}

extension View {
  /// Every view, the tabs in their order. What rows are made of comes before what is made of them.
  static let all: [View] = [
    mirrors, mirror, jobs, job, history, record, runs, registries, registry, problems, fault, messages, help,
    activity, output, difference,
  ]
}

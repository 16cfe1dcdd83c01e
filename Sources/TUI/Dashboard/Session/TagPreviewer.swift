import MirrorCore
import OCIRegistry
import Support

/// Asks a registry for the tags of one repository, once, and says what tag rules select of them, while somebody types.
actor TagPreviewer {
  private let registries: RegistryClient
  private let bound: Duration
  private var list: (repository: String, tags: Task<Result<[String], PreviewFault>, Never>)?
  private var selecting: Task<[String], Never>?
  private var asked = 0

  /// Tags that are kept and looked through, some MB.
  private static let mostTags = 100_000

  private struct PreviewFault: Error {
    let reason: String
  }

  /// - Parameter bound: how long a list may take, for somebody who waits for it.
  init(registries: RegistryClient, bound: Duration = .seconds(30)) {
    self.registries = registries
    self.bound = bound
  }

  /// - Parameter again: whether the registry is asked although its answer is known.
  /// - Returns: nil where something newer was asked for meanwhile.
  func look(_ subject: TagPreview.Subject, again: Bool) async -> TagPreview.Outcome? {
    asked += 1
    let number = asked
    if again || list?.repository != subject.repository {
      list?.tags.cancel()
      list = (
        subject.repository, Task { [registries, bound] in await Self.tags(subject.repository, registries, bound) }
      )
    }
    guard let answer = await list?.tags.value, number == asked else { return nil }
    switch answer {
    case .failure(let fault): return .failed(fault.reason)
    case .success(let tags):
      // Keys that come at once are one question: a rule takes time with very many tags.
      if tags.count > 1000 { try? await Task.sleep(for: .milliseconds(100)) }
      // One at a time: what is typed meanwhile waits for it, and the last of that alone goes on.
      if let selecting { _ = await selecting.value }
      guard number == asked else { return nil }
      let task = Task.detached { subject.rule.select(from: tags) }
      selecting = task
      let selected = await task.value
      return .selected(
        Array(selected.prefix(TagPreview.mostNamed)), count: selected.count, total: tags.count)
    }
  }

  private static func tags(
    _ repository: String, _ registries: RegistryClient, _ bound: Duration
  ) async -> Result<[String], PreviewFault> {
    await withTaskGroup(of: Result<[String], PreviewFault>.self) { group in
      group.addTask {
        do {
          let tags = try await registries.tags(try ImageReference(repository))
          if tags.count <= mostTags { return .success(tags) }
          return .failure(PreviewFault(reason: "it has \(tags.count) tags, too many for a preview"))
        } catch {
          return .failure(PreviewFault(reason: String(describing: error).cleaned))
        }
      }
      group.addTask {
        try? await Task.sleep(for: bound)
        return .failure(PreviewFault(reason: "listing the tags took longer than \(bound.brief)"))
      }
      defer { group.cancelAll() }
      return await group.next() ?? .failure(PreviewFault(reason: "no registry was asked"))
    }
  }
}

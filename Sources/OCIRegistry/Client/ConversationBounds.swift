import FoundationEssentials
import Support

/// Where a conversation with a registry ends, whatever the registry says. Time counts on the clock that nobody sets,
/// with pauses, sign-in and further attempts in it.
public struct ConversationBounds: Sendable, Equatable {
  /// One look at a reference.
  public var look: Duration
  /// One whole list of tags: at 0.2 s for a page of 100, some 150,000 tags.
  public var tags: Duration
  /// All that one sweep asks of one registry; what is under way then is still waited for.
  public var sweep: Duration
  /// Pages of a list of tags that may come before there are `tagsPerPage` on each.
  public var sparePages: Int
  /// Registries put 50 tags or more on a page.
  public var tagsPerPage: Int
  /// All pages of a list together.
  public var listBytes: Int

  public init(
    look: Duration = .seconds(120), tags: Duration = .seconds(300), sweep: Duration = .seconds(1800),
    sparePages: Int = 1000, tagsPerPage: Int = 25, listBytes: Int = 256 << 20
  ) {
    self.look = look
    self.tags = tags
    self.sweep = sweep
    self.sparePages = sparePages
    self.tagsPerPage = tagsPerPage
    self.listBytes = listBytes
  }

  /// Why a list that is not at its end is not read any further; nil to go on.
  func fault(pages: Int, tags: Int, bytes: Int) -> String? {
    if bytes > listBytes { return "its list of tags is larger than \(listBytes >> 20) MiB" }
    return pages > sparePages + tags / max(tagsPerPage, 1) ? "its tag pages never end" : nil
  }
}

extension RegistryClient {
  /// Does what belongs to one conversation, and gives it up when it has not ended in time.
  ///
  /// - Parameters:
  ///   - what: what did not end, for a person.
  ///   - spent: how much of the time is over already.
  func bounded<Value: Sendable>(
    _ limit: Duration, _ what: String, about reference: ImageReference, spent: Duration = .zero,
    _ body: @escaping @Sendable () async throws(RegistryError) -> Value
  ) async throws(RegistryError) -> Value {
    do {
      if let value = try await withTimeLimit(max(limit - spent, .milliseconds(1)), body) { return value }
    } catch let error as RegistryError {
      throw error
    } catch {
      throw RegistryError(.cancelled, subject: reference.familiar, registry: reference.registry)
    }
    let time = limit < .seconds(1) ? "\(Int(limit.seconds * 1000))ms" : limit.brief
    throw RegistryError(
      .timeout, subject: reference.familiar, registry: reference.registry, reason: "\(what) took longer than \(time)")
  }
}

import AWSBackend
import AWSClient
import HTTP
import MirrorCore
import OCIRegistry
import Support

/// The stack that the function belongs to: looked up with the first event, so that the start is not held up, and again
/// some minutes later, for it may have been updated.
final class StackAccess: Sendable {
  /// An opened stack, and what looks at registries for it.
  struct Opened: Sendable {
    let stack: AWSStack
    let service: MirrorService
  }

  private static let keep = Duration.seconds(300)

  private let name: String
  private let connection: AWSConnection
  private let kept = Lock<(opened: Opened, at: ContinuousClock.Instant)?>(nil)
  private let flights = SingleFlight<String, Opened, MirrorError>()

  /// - Throws: a `FunctionError` where the environment does not say which stack, or cannot be used.
  init(environment: [String: String], transport: any HTTPTransport) throws(FunctionError) {
    guard let name = environment[StackSettings.variable], !name.isEmpty else {
      throw FunctionError(
        type: "Runtime.NoStack",
        message: "\(StackSettings.variable) is not set: set it to the name of the function's stack")
    }
    self.name = name
    do throws(AWSSettingsError) {
      connection = try AWSConnection(environment: environment, transport: transport)
    } catch {
      throw FunctionError(type: "Runtime.InvalidSettings", message: "\(error)")
    }
  }

  func open() async throws -> Opened {
    if let kept = kept.withLock(\.self), .now - kept.at < Self.keep { return kept.opened }
    return try await flights.value(for: name) { [self] in
      do throws(MirrorError) {
        let opened = opened(try await AWSStack.open(name, connection))
        kept.withLock { $0 = (opened, .now) }
        return .success(opened)
      } catch {
        return .failure(error)
      }
    }.get()
  }

  private func opened(_ stack: AWSStack) -> Opened {
    let signIn = AWSSignIn(
      connection, files: AnonymousAccess(), secret: stack.settings.auth, aliases: stack.settings.ecrAliases ?? [:])
    let registries = RegistryClient(
      transport: connection.transport, credentials: signIn,
      repositories: ECRRepositories(connection, aliases: stack.settings.ecrAliases ?? [:]))
    let service = MirrorService(backend: stack.backend, registries: registries, askedBy: "the push function")
    return Opened(stack: stack, service: service)
  }
}

extension StackSettings {
  /// What rows may call an image that AWS knows by this reference.
  func names(of image: ImageReference) -> [ImageReference] {
    let aliases = (ecrAliases ?? [:]).filter { $0.value == image.registry }.keys.sorted()
    let rest = image.description.dropFirst(image.registry.utf8.count)
    return [image] + aliases.compactMap { try? ImageReference($0 + rest) }
  }
}

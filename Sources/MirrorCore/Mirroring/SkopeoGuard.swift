import HTTP
import Logging
import OCIRegistry
import Support

/// What stands between skopeo and the network, for one copy.
///
/// skopeo signs in wherever a registry tells it to, and follows where it is sent. So the realms that the registries
/// name are judged first, by our own rules; and as a registry may tell skopeo something else than us, skopeo reaches
/// only what a proxy of ours lets through.
struct SkopeoGuard: Sendable {
  /// nil where the proxy of the environment is of a kind that ours cannot go through.
  private let proxy: GuardProxy?

  static func make(
    for references: [ImageReference], _ registries: RegistryClient, _ logger: Logger
  ) async throws(CopyFailure) -> SkopeoGuard {
    var realms: [String: [JudgedRealm]] = [:]
    do throws(RegistryError) {
      for reference in references {
        realms[reference.registry, default: []] += try await registries.realms(of: reference)
      }
    } catch {
      throw CopyFailure(error)
    }
    guard GuardProxy.canChain() else {
      logger.warning("the proxy of the environment is none for HTTP: what skopeo may reach is up to that proxy")
      return SkopeoGuard(proxy: nil)
    }
    do throws(SystemError) {
      return SkopeoGuard(proxy: try GuardProxy(registries.configuration.guardRules(for: realms)))
    } catch {
      throw CopyFailure(.retry, "\(error)")
    }
  }

  /// What skopeo's environment must say.
  var environment: [String: String] { proxy?.environment ?? [:] }

  /// Why a copy failed, where it failed for being sent where it must not go.
  var failure: CopyFailure? {
    guard let refusals = proxy?.refusals, !refusals.isEmpty else { return nil }
    return CopyFailure(.refused, "a registry sent skopeo where it must not go: \(refusals.joined(separator: "; "))")
  }

  func stop() { proxy?.stop() }
}

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
    for locations: [ImageLocation], _ registries: RegistryClient, _ logger: Logger
  ) async throws(CopyFailure) -> SkopeoGuard {
    var realms: [String: [JudgedRealm]] = [:]
    for location in locations where location.blockedBy == nil {
      do throws(RegistryError) {
        realms[location.reference.registry, default: []] += try await registries.realms(of: location)
      } catch {
        // Of several sources skopeo takes the first that it can reach.
        guard locations.count > 2, error.kind != .cancelled else { throw CopyFailure(error) }
        if case .misdirected = error.kind { throw CopyFailure(error) }
        logger.info("\(error)")
      }
    }
    let insecure = Set(locations.filter(\.isInsecure).map(\.reference.registry))
    guard GuardProxy.canChain() else {
      logger.warning("the proxy of the environment is none for HTTP: what skopeo may reach is up to that proxy")
      return SkopeoGuard(proxy: nil)
    }
    do throws(SystemError) {
      return SkopeoGuard(proxy: try GuardProxy(registries.configuration.guardRules(for: realms, insecure: insecure)))
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

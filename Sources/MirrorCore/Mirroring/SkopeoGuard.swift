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
    for locations: [ImageLocation], _ registries: RegistryClient, paces: GuardPaces, _ logger: Logger
  ) async throws(CopyFailure) -> SkopeoGuard {
    var realms: [String: [JudgedRealm]] = [:]
    for (registry, answer) in await answers(of: locations, registries) {
      do throws(RegistryError) {
        realms[registry, default: []] += try answer.get()
      } catch {
        // Of several sources skopeo takes the first that it can reach.
        guard locations.count > 2, error.kind != .cancelled else { throw CopyFailure(error) }
        if case .misdirected = error.kind { throw CopyFailure(error) }
        logger.info("\(error)")
      }
    }
    let insecure = Set(locations.filter(\.isInsecure).map(\.reference.registry))
    guard GuardProxy.canChain() else {
      logger.warning("the proxy in the environment is not an HTTP proxy: what skopeo can reach is up to that proxy")
      return SkopeoGuard(proxy: nil)
    }
    do throws(SystemError) {
      return SkopeoGuard(
        proxy: try GuardProxy(registries.configuration.guardRules(for: realms, insecure: insecure), paces: paces))
    } catch {
      throw CopyFailure(.retry, "\(error)")
    }
  }

  /// What the registries name, all asked at once, in the order of the locations.
  private static func answers(
    of locations: [ImageLocation], _ registries: RegistryClient
  ) async -> [(registry: String, realms: Result<[JudgedRealm], RegistryError>)] {
    let open = locations.filter { $0.blockedBy == nil }
    return await withTaskGroup(of: (Int, Result<[JudgedRealm], RegistryError>).self) { group in
      for (index, location) in open.enumerated() {
        group.addTask {
          do throws(RegistryError) {
            return (index, .success(try await registries.realms(of: location)))
          } catch {
            return (index, .failure(error))
          }
        }
      }
      var answers: [Int: Result<[JudgedRealm], RegistryError>] = [:]
      for await (index, answer) in group { answers[index] = answer }
      return open.enumerated().compactMap { index, location in
        answers[index].map { (location.reference.registry, $0) }
      }
    }
  }

  /// What skopeo's environment must say.
  var environment: [String: String] { proxy?.environment ?? [:] }

  /// Why a copy failed, where it failed for being sent where it must not go.
  var failure: CopyFailure? {
    guard let refusals = proxy?.refusals, !refusals.isEmpty else { return nil }
    return CopyFailure(.refused, "a registry sent skopeo to a forbidden address: \(refusals.joined(separator: "; "))")
  }

  func stop() { proxy?.stop() }
}

import MirrorCore
import OCIRegistry

extension View {
  /// The registries that mirrors name, and what this dashboard saw of them.
  static let registries = View(
    "Registries", .list(\.registries, of: { $0.registryRows }) { _ in ["no registries yet: no mirror names one"] },
    tab: Tab("5", "registries: requests, pulls left, throttling, sign-in"),
    watch: { state, _ in state.watchOfRegistries })
}

extension Place {
  static let registries = Place(.registries)
}

extension State {
  /// For the views that show what was seen of registries.
  var watchOfRegistries: Watch { Watch(registries: overview.registries.mapValues(\.repository)) }

  /// Registries that mirrors name, and those that were asked.
  fileprivate var registryRows: [RegistryRow] {
    let asked = Dictionary(registryStatus.map { ($0.registry, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(overview.registries.keys).union(asked.keys)
    return names.sorted().map { name in
      RegistryRow(id: name, use: overview.registries[name] ?? RegistryUse(), status: asked[name], signIn: signIns[name])
    }
  }
}

import Installation
import MirrorCore
import OCIRegistry
import Support

/// What the machine's own files, which skopeo obeys, mean for the images of a table.
struct MachineFacts: Sendable, Equatable {
  /// Those of `registries.conf` that are there.
  var files: [String] = []
  /// Who else may change one of them.
  var fault: PathFault?
  var registries: Result<RegistriesConf, MachineFileFault> = .success(RegistriesConf())
  var policyFile = ""
  var policy: Result<SignaturePolicy, MachineFileFault> = .success(SignaturePolicy(file: "", others: [.anything]))

  /// Images that are led elsewhere.
  private(set) var led = Sample()
  private(set) var blocked = Sample()
  /// Images that are read where they are to be written.
  private(set) var circles = Sample()
  /// Loopback registries that skopeo speaks TLS to, though nothing else does.
  private(set) var unsaid = Sample()
  private(set) var rejected = Sample()
  /// By the kind of signature that is wanted.
  private(set) var signed: [String: Sample] = [:]

  /// The first of some things, and how many there are.
  struct Sample: Sendable, Equatable {
    private(set) var count = 0
    private var first: [String] = []

    mutating func add(_ text: String) {
      count += 1
      if first.count < 2 { first.append(text) }
    }

    var text: String { first.joined(separator: ", ") + (count > first.count ? " and \(count - first.count) more" : "") }
  }

  /// The registries at which a source is read, but for what is blocked.
  mutating func needs(of image: MirrorImage) -> [RegistryNeed] {
    let source = image.source
    switch try? policy.get().judgement(of: source) {
    case .rejected: rejected.add(source.familiar)
    case .signed(let kind): signed[kind, default: Sample()].add(source.familiar)
    case .accepted, nil: break
    }
    guard let conf = try? registries.get(), let all = try? conf.locations(of: source, for: .pull) else { return [] }
    if all != [ImageLocation(source)] { led.add(source.familiar) }
    if let own = all.last?.reference.name, own != source.name, image.destinations.contains(where: { $0.name == own }) {
      circles.add(source.familiar)
    }
    let open = all.filter { $0.blockedBy == nil }
    if open.isEmpty { blocked.add(source.familiar) }
    func isHere(_ location: ImageLocation) -> Bool { location.reference.host.kind == .loopback }
    if open.contains(where: { !$0.isInsecure && !isHere($0) }) {
      for location in open where isHere(location) && !location.isInsecure { unsaid.add(location.reference.registry) }
    }
    return open.map { RegistryNeed(location: $0, isMirror: $0 != all.last) }
  }

  /// The registry that a destination is on; nil where that is blocked.
  mutating func need(of destination: ImageReference) -> RegistryNeed? {
    var location = ImageLocation(destination)
    if let conf = try? registries.get(), let own = try? conf.locations(of: destination, for: .push).first {
      location = own
    }
    if location.blockedBy == nil { return RegistryNeed(location: location) }
    blocked.add(destination.familiar)
    return nil
  }

  static func look(_ environment: [String: String]) -> MachineFacts {
    let files = RegistriesFiles(environment: environment)
    let policy = SignaturePolicy.file(home: environment["HOME"])
    let present = files.present
    return MachineFacts(
      files: present, fault: (present + [policy]).lazy.compactMap(PathTrust.fault(ofAuthFile:)).first,
      registries: Result { () throws(MachineFileFault) in try files.read() }, policyFile: policy,
      policy: Result { () throws(MachineFileFault) in try SignaturePolicy.read(policy) })
  }
}

import OCIRegistry
import Support

extension HealthCheck {
  /// What the machine's files about registries come to.
  static func registriesConf(_ facts: MachineFacts) -> HealthCheck {
    let name = "registries.conf"
    let manual = "see man containers-registries.conf"
    let conf: RegistriesConf
    switch facts.registries {
    case .success(let read): conf = read
    case .failure(let fault):
      return HealthCheck(name, .failed, "\(fault); skopeo copies nothing with it", advice: "mend it; \(manual)")
    }
    let files = facts.files.joined(separator: ", ")
    if facts.blocked.count > 0 {
      return HealthCheck(
        name, .failed, "it blocks \(facts.blocked.text), which no job can copy",
        advice: "take `blocked` out of \(files), or remove these mirrors")
    }
    if facts.circles.count > 0 {
      return HealthCheck(
        name, .failed, "it has \(facts.circles.text) read at the very destination, which cannot be a copy of itself",
        advice: "name the destination as a [[registry.mirror]] in \(files), and not as the `location`")
    }
    if let fault = facts.fault {
      return HealthCheck(
        name, .warning, "\(fault), and whoever changes the file decides what is copied", advice: fault.advice)
    }
    let doubts = doubts(conf, facts)
    if !doubts.isEmpty {
      return HealthCheck(name, .warning, doubts.joined(separator: "; "), advice: "mend that; \(manual)")
    }
    let led = facts.led.count > 0 ? ": leads \(facts.led.text) elsewhere" : ""
    return HealthCheck(name, .ok, (files.isEmpty ? "none" : files) + led)
  }

  /// What skopeo does not do with it as somebody may think.
  private static func doubts(_ conf: RegistriesConf, _ facts: MachineFacts) -> [String] {
    var doubts = conf.notes
    if !conf.credentialHelpers.isEmpty, !conf.credentialHelpers.contains(ContainersAuth.inFiles) {
      doubts.append(
        "`credential-helpers` leaves out \(ContainersAuth.inFiles): skopeo asks these helpers alone, with few variables "
          + "of the environment, and is given no sign-in to ECR")
    }
    if let mirror = conf.rules.values.flatMap(\.mirrors).filter(\.hasSlash).map(\.location).min() {
      doubts.append("the mirror '\(mirror)/' ends in a slash, with which skopeo before 1.19 copies nothing")
    }
    if facts.unsaid.count > 0 {
      doubts.append("skopeo speaks TLS to \(facts.unsaid.text), as it is not called `insecure` among its mirrors")
    }
    return doubts
  }

  /// What the machine's policy for signatures comes to.
  static func policy(_ facts: MachineFacts) -> HealthCheck {
    let name = "policy.json"
    let manual = "see man containers-policy.json"
    if case .failure(let fault) = facts.policy {
      return HealthCheck(name, .failed, "\(fault); skopeo copies nothing without it", advice: "mend it; \(manual)")
    }
    if facts.rejected.count > 0 {
      return HealthCheck(
        name, .failed, "this machine's \(facts.policyFile) rejects \(facts.rejected.text)",
        advice: "let them in there, or remove these mirrors; \(manual)")
    }
    if let (kind, images) = facts.signed.min(by: { $0.key < $1.key }) {
      return HealthCheck(
        name, .warning,
        "this machine's \(facts.policyFile) wants \(images.text) to be signed (\(kind)), and rejects them otherwise",
        advice: "see that they are; \(manual)")
    }
    return HealthCheck(name, .ok, facts.policyFile)
  }
}

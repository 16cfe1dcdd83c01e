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
      return HealthCheck(name, .failed, "\(fault); skopeo copies nothing with it", advice: "fix it; \(manual)")
    }
    let files = facts.files.joined(separator: ", ")
    if facts.blocked.count > 0 {
      return HealthCheck(
        name, .failed, "it blocks \(facts.blocked.text), which no job can copy",
        advice: "remove `blocked` from \(files), or remove these mirrors")
    }
    if facts.circles.count > 0 {
      return HealthCheck(
        name, .failed, "it makes skopeo read \(facts.circles.text) from the destination itself",
        advice: "name the destination as a [[registry.mirror]] in \(files), and not as the `location`")
    }
    if let fault = facts.fault {
      return HealthCheck(
        name, .warning, "\(fault), and anyone who can change the file decides what is copied", advice: fault.advice)
    }
    let doubts = doubts(conf, facts)
    if !doubts.isEmpty {
      return HealthCheck(name, .warning, doubts.joined(separator: "; "), advice: "fix that; \(manual)")
    }
    let led = facts.led.count > 0 ? ": redirects \(facts.led.text)" : ""
    return HealthCheck(name, .ok, (files.isEmpty ? "none" : files) + led)
  }

  /// What skopeo does not do with it as somebody may think.
  private static func doubts(_ conf: RegistriesConf, _ facts: MachineFacts) -> [String] {
    var doubts = conf.notes
    if !conf.credentialHelpers.isEmpty, !conf.credentialHelpers.contains(ContainersAuth.inFiles) {
      doubts.append(
        "`credential-helpers` lacks \(ContainersAuth.inFiles): skopeo asks only these helpers, with few variables "
          + "of the environment, and gets no sign-in to ECR")
    }
    if let mirror = conf.rules.values.flatMap(\.mirrors).filter(\.hasSlash).map(\.location).min() {
      doubts.append("the mirror '\(mirror)/' ends in a slash, and skopeo before 1.19 then copies nothing")
    }
    if facts.unsaid.count > 0 {
      doubts.append("skopeo uses TLS for \(facts.unsaid.text), as its mirrors do not mark it `insecure`")
    }
    return doubts
  }

  /// What the machine's policy for signatures comes to.
  static func policy(_ facts: MachineFacts) -> HealthCheck {
    let name = "policy.json"
    let manual = "see man containers-policy.json"
    if case .failure(let fault) = facts.policy {
      return HealthCheck(name, .failed, "\(fault); skopeo copies nothing without it", advice: "fix it; \(manual)")
    }
    if facts.rejected.count > 0 {
      return HealthCheck(
        name, .failed, "this machine's \(facts.policyFile) rejects \(facts.rejected.text)",
        advice: "allow them there, or remove these mirrors; \(manual)")
    }
    if let (kind, images) = facts.signed.min(by: { $0.key < $1.key }) {
      return HealthCheck(
        name, .warning,
        "this machine's \(facts.policyFile) requires signatures of \(images.text) (\(kind)), and rejects them otherwise",
        advice: "check that they are signed; \(manual)")
    }
    return HealthCheck(name, .ok, facts.policyFile)
  }
}

import FoundationEssentials
import Glibc
public import Installation
import LocalBackend
import MirrorCore
import OCIRegistry
import Support

/// Looks at everything that an installation stands on, and changes nothing.
public struct Doctor: Sendable {
  private let choice: InstallationChoice
  private let environment: [String: String]
  /// Whether registries are asked too.
  private let asksRegistries: Bool
  private let locations: Locations

  /// What one look may take.
  private static let limit = Duration.seconds(20)

  public init(_ choice: InstallationChoice, environment: [String: String], asksRegistries: Bool = true) {
    self.choice = choice
    self.environment = environment
    self.asksRegistries = asksRegistries
    locations = Locations(environment: environment)
  }

  /// Looks at all of it at once. The order of what is found is always the same.
  public func examine() async -> [HealthCheck] {
    let (check, configuration) = readConfiguration()
    async let programs = choice.stack == nil ? programChecks(configuration) : []
    async let place = choice.stack == nil ? lookAtFolder(configuration) : lookAtStack(configuration)
    let files = authFiles()
    let found = await place
    // The jobs of a stack run on other machines.
    let isHere = choice.stack == nil
    var machine = isHere ? MachineFacts.look(environment) : MachineFacts()
    var work = Finding(checks: [])
    if let installation = found.installation { (work, machine) = await lookAtWork(installation, machine) }
    let ofSkopeo: [HealthCheck] = isHere ? [.registriesConf(machine), .policy(machine)] : []
    var checks = [check] + (await programs) + ofSkopeo + files + found.checks + work.checks
    let ahead = found.clockAhead + work.clockAhead
    if asksRegistries || !ahead.isEmpty { checks.append(.clock(ahead: ahead)) }
    return checks
  }

  /// What some looks found together.
  struct Finding: Sendable {
    var checks: [HealthCheck]
    /// What is needed for the looks that follow; nil where they make no sense.
    var installation: Installation?
    var clockAhead: [TimeInterval] = []
  }

  // MARK: - This machine

  /// The rest is looked at with the defaults where the file cannot be used.
  private func readConfiguration() -> (HealthCheck, Configuration) {
    let name = "configuration"
    do {
      let configuration = try Configuration.read(locations)
      let file = locations.configuration.flatMap { FileStamp($0) == nil ? nil : $0 }
      return (HealthCheck(name, .ok, file ?? "none: all settings are defaults"), configuration)
    } catch {
      return (HealthCheck(name, failed: error, advice: "fix the file; the README lists all keys"), Configuration())
    }
  }

  private func programChecks(_ configuration: Configuration) async -> [HealthCheck] {
    let name = environment["ECRMIRROR_SKOPEO"].flatMap { $0.isEmpty ? nil : $0 } ?? configuration.skopeo
    let skopeo = Skopeo(executable: name, configuration: configuration.registries)
    let batch = Installation.batchExecutable(environment)
    let check = await within(Self.limit, orElse: .late("skopeo", Self.limit)) { await SkopeoFacts.look(skopeo).check }
    return [check, .batch(batch, isRunnable: access(batch, X_OK) == 0)]
  }

  private func authFiles() -> [HealthCheck] {
    let search = SearchPath(environment["PATH"] ?? "")
    let paths = ContainersAuth.paths(environment)
    let files = paths.compactMap { AuthFileFacts.look($0, search: search) }
    if files.isEmpty {
      let places = paths.joined(separator: ", ")
      return [HealthCheck("auth file", .ok, places.isEmpty ? "none" : "none of \(places) exists")]
    }
    return files.map(\.check)
  }

  // MARK: - Where everything is stored

  private func lookAtFolder(_ configuration: Configuration) async -> Finding {
    await within(Self.limit, orElse: Finding(checks: [.late("folder", Self.limit)])) {
      let folder: String
      do throws(MirrorError) {
        folder = try Installation.folder(choice, locations)
      } catch {
        return Finding(checks: [HealthCheck("folder", failed: error)])
      }
      let facts = FolderFacts(folder)
      var finding = Finding(checks: [facts.check])
      if facts.isFolder != true || facts.check.status == .failed { return finding }
      guard FileStamp(LocalStore.database(of: folder)) != nil else {
        finding.checks.append(
          HealthCheck("store", .warning, "\(folder) holds none yet", advice: "`ecrmirror add` or `import` creates it"))
        return finding
      }
      do {
        let installation = try await Installation.open(choice, configuration, environment: environment, readOnly: true)
        guard case .folder(let store) = installation.kind else { return finding }
        finding.checks.append(.store(folder, faults: try await store.faults()))
        finding.installation = installation
      } catch {
        finding.checks.append(HealthCheck("store", failed: error))
      }
      return finding
    }
  }

  private func lookAtStack(_ configuration: Configuration) async -> Finding {
    await within(Self.limit, orElse: Finding(checks: [.late("stack", Self.limit)])) {
      let aws = await AWSFacts.look(choice, configuration, environment)
      var finding = Finding(checks: [aws.check], clockAhead: aws.clockAhead.map { [$0] } ?? [])
      // What follows would only say the same again.
      if aws.isSignedOut { return finding }
      do {
        let installation = try await Installation.open(choice, configuration, environment: environment, readOnly: true)
        guard case .stack(let stack) = installation.kind else { return finding }
        finding.checks.append(.stack(stack, as: aws.account))
        finding.installation = installation
      } catch {
        finding.checks.append(HealthCheck("stack", failed: error))
      }
      return finding
    }
  }

  // MARK: - What works on it

  private func lookAtWork(
    _ installation: Installation, _ machine: MachineFacts
  ) async -> (Finding, MachineFacts) {
    let backend = installation.backend
    async let history = within(Self.limit, orElse: [.late("history", Self.limit)]) { [await Self.history(backend)] }
    async let automation = within(Self.limit, orElse: [.late("timer", Self.limit)]) { await self.automation(backend) }
    let late = HealthCheck.late("mirrors", Self.limit * 3)
    let (mirrors, facts) = await within(Self.limit * 3, orElse: (late, MirrorFacts(machine))) {
      await Self.mirrors(backend, machine)
    }
    let registries = await lookAtRegistries(facts.needs, installation)
    let finding = Finding(
      checks: [mirrors] + (await history) + (await automation) + registries.checks, clockAhead: registries.clockAhead)
    return (finding, facts.machine)
  }

  private static func mirrors(_ backend: Backend, _ machine: MachineFacts) async -> (HealthCheck, MirrorFacts) {
    do {
      let facts = Lock(MirrorFacts(machine))
      try await backend.table.forEachPage { page in facts.withLock { $0.add(page, at: .now) } }
      return facts.withLock { ($0.check, $0) }
    } catch {
      return (HealthCheck("mirrors", failed: error), MirrorFacts(machine))
    }
  }

  private static func history(_ backend: Backend) async -> HealthCheck {
    do {
      let last = try await backend.history.lastSweep()
      let words = last.map { "all mirrors were last checked at \($0.rfc3339)" } ?? "no check of all mirrors yet"
      return HealthCheck("history", .ok, words)
    } catch {
      return HealthCheck("history", failed: error)
    }
  }

  private func automation(_ backend: Backend) async -> [HealthCheck] {
    do {
      return HealthCheck.automation(try await backend.automation.status(), isStack: choice.stack != nil)
    } catch {
      return [HealthCheck("timer", failed: error)]
    }
  }

  private func lookAtRegistries(_ needs: [String: RegistryNeed], _ installation: Installation) async -> Finding {
    if !asksRegistries {
      return Finding(checks: [HealthCheck("registries", .ok, "not contacted, as --read-only was given")])
    }
    let found = await withTaskGroup(of: (String, HealthCheck, TimeInterval?).self) { group in
      for (registry, need) in needs {
        let late = (registry, HealthCheck.late("registry \(registry)", Self.limit), TimeInterval?.none)
        group.addTask {
          await within(Self.limit, orElse: late) {
            let facts = await RegistryFacts.look(
              need, installation.service.registries, installation.credentials,
              isPlainHTTP: installation.configuration.registries.usesPlainHTTP(registry))
            return (registry, facts.check, (try? facts.ping.get())?.clockAhead)
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let sorted = found.sorted { $0.0 < $1.0 }
    return Finding(checks: sorted.map(\.1), clockAhead: sorted.compactMap(\.2))
  }
}

extension HealthCheck {
  fileprivate static func store(_ folder: String, faults: [String]) -> HealthCheck {
    let file = LocalStore.database(of: folder)
    if faults.isEmpty { return HealthCheck("store", .ok, "\(file) is sound") }
    return HealthCheck(
      "store", .failed, "SQLite finds \(file) damaged: \(faults.joined(separator: "; "))",
      advice: "export what can be read with `ecrmirror export`, and restore a backup")
  }
}

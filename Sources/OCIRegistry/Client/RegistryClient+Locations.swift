import HTTP
import Support

extension RegistryConfiguration {
  /// How sure a client is of whom it speaks to.
  enum Security: Sendable, Hashable {
    /// TLS with a certificate that is trusted, and plain HTTP where the configuration says so.
    case asConfigured
    /// TLS with any certificate.
    case unverified
    /// Plain HTTP.
    case plain
  }
}

extension RegistryClient {
  /// The locations where an image is looked for, in skopeo's order.
  ///
  /// - Throws: `machine` where the machine's `registries.conf` cannot be used.
  public func locations(of reference: ImageReference, for use: ImageUse) throws(RegistryError) -> [ImageLocation] {
    guard let machine = configuration.machine else { return [ImageLocation(reference)] }
    do throws(MachineFileFault) {
      return try machine.current().locations(of: reference, for: use)
    } catch {
      // What is written to is not led anywhere, and may be looked at all the same.
      if use == .push { return [ImageLocation(reference)] }
      throw RegistryError(
        .machine, subject: reference.familiar, registry: reference.registry, reason: error.description)
    }
  }

  /// Where an image that is to be read is looked for, if elsewhere or otherwise than it is named; nowhere, where the
  /// machine's `registries.conf` cannot be used.
  public func detour(of reference: ImageReference) -> [ImageLocation]? {
    guard configuration.machine != nil else { return nil }
    let locations = (try? locations(of: reference, for: .pull)) ?? []
    return locations == [ImageLocation(reference)] ? nil : locations
  }

  /// The client that speaks to a location as skopeo does.
  ///
  /// - Throws: `machine` where the location is blocked.
  public func client(at location: ImageLocation) async throws(RegistryError) -> RegistryClient {
    if let file = location.blockedBy {
      throw RegistryError(
        .machine, subject: location.reference.familiar, registry: location.reference.registry,
        reason: "\(file) blocks it")
    }
    guard location.isInsecure, !configuration.usesPlainHTTP(location.reference.registry) else { return self }
    return client(try await speaksTLS(location.reference) ? .unverified : .plain)
  }

  /// Asks one location after the other, and gives the first answer.
  ///
  /// - Throws: what the last one failed with, which is the image's own; but where that has no such image, and another
  ///   one could not be asked, why not: nobody knows whether it is there.
  func firstLocation<Value: Sendable>(
    of reference: ImageReference, for use: ImageUse, besides: [String] = [],
    _ ask: @Sendable (RegistryClient, ImageReference) async throws(RegistryError) -> Value
  ) async throws(RegistryError) -> Value {
    let all = try self.locations(of: reference, for: use)
    let locations = all.filter { !besides.contains($0.reference.name) }
    // The image's own location, without which nobody knows what it is.
    guard let own = all.last, locations.contains(own) else {
      throw RegistryError(
        .machine, subject: reference.familiar, registry: reference.registry,
        reason: "registries.conf redirects it to its own destination")
    }
    var failures: [RegistryError] = []
    for location in locations {
      let isMirror = location != locations.last
      if isMirror, let silence = silence(of: location) {
        failures.append(silence)
        continue
      }
      do throws(RegistryError) {
        return try await ask(try await client(at: location), location.reference)
      } catch {
        if error.kind == .cancelled { throw error }
        if isMirror { note(error, of: location) }
        failures.append(error)
      }
    }
    guard var failure = failures.last else {
      throw RegistryError(.machine, subject: reference.familiar, registry: reference.registry)
    }
    if failure.kind == .notFound, let unknown = failures.first(where: { $0.kind != .notFound }) { failure = unknown }
    if locations.map(\.reference) != [reference], failure.kind != .notFound {
      let others = failures.filter { $0 != failure }.map(\.sentence)
      let more = others.isEmpty ? "" : "; and \(others.joined(separator: "; "))"
      let led = "registries.conf redirects \(reference.familiar) there\(more)"
      failure.note = failure.note.map { "\($0); \(led)" } ?? led
    }
    throw failure
  }

  // MARK: - Mirrors out of reach

  private func silence(of location: ImageLocation) -> RegistryError? {
    silent.withLock { $0[location.reference.registry].flatMap { .now < $0.until ? $0.error : nil } }
  }

  private func note(_ error: RegistryError, of location: ImageLocation) {
    guard error.kind == .unreachable || error.kind == .timeout else { return }
    silent.withLock { $0[location.reference.registry] = (error, .now + configuration.mirrorPause) }
  }

  // MARK: - Insecure locations

  /// A client of its own for each way, so that nothing that was sent on a surer one gets onto another.
  private func client(_ security: RegistryConfiguration.Security) -> RegistryClient {
    relaxed.withLock { clients in
      if let client = clients[security] { return client }
      let client = RegistryClient(self, security)
      clients[security] = client
      return client
    }
  }

  /// Whether an insecure registry speaks TLS at all, as skopeo finds out: it asks for `/v2/` so, and then in plain HTTP.
  private func speaksTLS(_ reference: ImageReference) async throws(RegistryError) -> Bool {
    if let known = insecure.withLock({ $0[reference.registry] }), .now < known.until { return known.speaksTLS }
    for security in [RegistryConfiguration.Security.unverified, .plain] {
      let call = Call(method: "GET", path: "/v2/", repository: reference, named: reference.registry)
      do throws(RegistryError) {
        let response = try await client(security).transmit(call, nil)
        guard response.status == 200 || response.status == 401 else { continue }
      } catch {
        if error.kind == .cancelled { throw error }
        continue
      }
      insecure.withLock { $0[reference.registry] = (security == .unverified, .now + .seconds(300)) }
      return security == .unverified
    }
    return true
  }
}

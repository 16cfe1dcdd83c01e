import FoundationEssentials

extension MirrorService {
  /// Which rows copy to which destinations; costs a look at the whole table.
  func claims(now: Date = .now) async throws -> DestinationClaims {
    var claims = DestinationClaims()
    try await backend.table.forEachPage { page in
      for entry in page.entries { claims.add(entry, now: now) }
    }
    return claims
  }

  /// What a sweep has to know of other rows.
  ///
  /// - Returns: nil for a push, and for a look at single rows: the table is not read as a whole for each of them, and what
  ///   sweeps over all of it found contested stays so until the next.
  func claims(for purpose: PlanPurpose, _ selection: Selection) async throws -> DestinationClaims? {
    if purpose == .push { return nil }
    if purpose == .check, case .sources = selection { return nil }
    // Nearly always no two rows share anything, and one look at the table is enough.
    let now = Date.now
    var shared = SharedDestinations()
    try await backend.table.forEachPage { page in
      for entry in page.entries { shared.add(entry, now: now) }
    }
    var claims = DestinationClaims()
    if shared.isEmpty { return claims }
    try await backend.table.forEachPage { page in
      for entry in page.entries where shared.mayConcern(entry, now: now) { claims.add(entry, now: now) }
    }
    claims.keepShared()
    return claims
  }
}

extension AWSSettings {
  /// Where services are reached.
  ///
  /// - Parameter region: another than the settings'.
  /// - Throws: where neither names one.
  public func endpoints(region: String? = nil) throws(AWSSettingsError) -> AWSEndpoints {
    guard let region = region ?? self.region else {
      throw AWSSettingsError(
        "no AWS region is set: give --region, or set AWS_REGION, or `region` of profile \(profile)"
          + (files.paths.config.map { " in \($0)" } ?? ""))
    }
    return AWSEndpoints(
      region: region, usesFIPS: usesFIPS, usesDualStack: usesDualStack, override: endpoint, overrides: serviceEndpoints)
  }
}

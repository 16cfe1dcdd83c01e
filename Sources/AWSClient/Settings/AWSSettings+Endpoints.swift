extension AWSSettings {
  /// Where services are reached in the settings' region.
  ///
  /// - Throws: where there is none.
  public func endpoints() throws(AWSSettingsError) -> AWSEndpoints {
    guard let region else {
      let file = files.paths.config.map { " in \($0)" } ?? ""
      throw AWSSettingsError(
        "no AWS region is set: give --region, or set AWS_REGION, or `region` of the profile '\(profile)'\(file)")
    }
    return endpoints(in: region)
  }

  /// Where services are reached in a region.
  public func endpoints(in region: String) -> AWSEndpoints {
    AWSEndpoints(
      region: region, usesFIPS: usesFIPS, usesDualStack: usesDualStack, override: endpoint, overrides: serviceEndpoints)
  }
}

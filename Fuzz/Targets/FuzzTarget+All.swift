extension FuzzTarget {
  static let all: [FuzzTarget] = [
    .authFiles, .awsConfiguration, .challenges, .configuration, .csv, .globs, .json, .links, .references, .regexes,
    .regsync, .skopeo, .versions, .yaml,
  ]
}

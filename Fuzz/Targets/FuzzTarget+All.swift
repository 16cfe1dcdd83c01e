extension FuzzTarget {
  static let all: [FuzzTarget] = [
    .authFiles, .awsConfiguration, .challenges, .configuration, .copies, .csv, .dynamo, .events, .globs, .json, .links,
    .references, .regexes, .registries, .regsync, .services, .skopeo, .texts, .times, .versions, .yaml,
  ]
}

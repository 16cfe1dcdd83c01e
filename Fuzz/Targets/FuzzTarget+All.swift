extension FuzzTarget {
  static let all: [FuzzTarget] = [
    .authFiles, .awsConfiguration, .challenges, .configuration, .copies, .csv, .dynamo, .events, .filters, .foreign,
    .globs, .json, .keys, .links, .list, .references, .regexes, .registries, .regsync, .services, .skopeo, .texts,
    .times, .toml, .versions, .yaml,
  ]
}

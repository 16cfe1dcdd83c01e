// swift-tools-version: 6.3
import PackageDescription

// Each target is a floor of the building that ARCHITECTURE.md draws: it may import only what stands below it,
// and the compiler holds it to that.

// `make fuzz` alone sets this: one program of all parsers with libFuzzer in it takes the place of the three.
let isFuzzing = Context.environment["ECRMIRROR_FUZZ"] == "1"

let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])] : [])

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

func floor(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  // Only one `main` may be in the fuzzer, and it is not the program's.
  isFuzzing
    ? .target(
      name: name, dependencies: dependencies,
      swiftSettings: settings + [
        .unsafeFlags(["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "\(name)_main"])
      ])
    : .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The parsers that are fuzzed, and what each must hold to: Fuzz/Targets.
let fuzzed: [Target.Dependency] = [
  "TUI", "Lambda", "Interchange", "Installation", "LocalBackend", "AWSBackend", "MirrorCore", "OCIRegistry",
  "AWSClient", "Terminal",
  "Documents", "HTTP", "Support",
]

let package = Package(
  name: "ecrmirror",
  products: isFuzzing
    ? [.executable(name: "ecrmirror-fuzz", targets: ["Fuzz"])]
    : [
      .executable(name: "ecrmirror", targets: ["TUI"]),
      .executable(name: "ecrmirror-batch", targets: ["Batch"]),
      .executable(name: "ecrmirror-lambda", targets: ["Lambda"]),
    ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    // Floor 4: the programs.
    program(
      "TUI",
      [
        "Commands", "Installation", "Interchange", "Documents", "MirrorCore", "Terminal", "OCIRegistry", "Support",
        "CMalloc",
        subprocess, system,
      ]),
    program(
      "Lambda",
      ["MirrorCore", "AWSBackend", "OCIRegistry", "AWSClient", "Logs", "HTTP", "Support", logging, signals]),
    program(
      "Batch",
      [
        "Installation", "LocalBackend", "MirrorCore", "Logs", "OCIRegistry", "HTTP", "Support", arguments, logging,
        lifecycle,
      ]),

    // What people type; the dashboard, which stands above, is handed to it.
    floor(
      "Commands",
      [
        "Doctor", "Installation", "Interchange", "LocalBackend", "MirrorCore", "Terminal", "Logs", "OCIRegistry",
        "Documents", "Support", arguments, logging, lifecycle,
      ]),

    // What looks at all that an installation stands on, for a person.
    floor(
      "Doctor",
      [
        "Installation", "LocalBackend", "AWSBackend", "AWSClient", "MirrorCore", "OCIRegistry", "HTTP", "Support",
      ]),

    // Floor 3: the two backends, and what puts one together with configuration and registries.
    floor(
      "Installation",
      [
        "LocalBackend", "AWSBackend", "AWSClient", "MirrorCore", "OCIRegistry", "HTTP", "Documents", "Support",
        logging, lifecycle, signals,
      ]),
    floor(
      "LocalBackend", ["MirrorCore", "OCIRegistry", "Support", "CSQLite", grdb, subprocess, system, logging, lifecycle]),
    floor("AWSBackend", ["MirrorCore", "AWSClient", "OCIRegistry", "HTTP", "Support"]),

    // Floor 2: the heart.
    floor("MirrorCore", ["OCIRegistry", "HTTP", "Support", subprocess, system, logging, lifecycle]),

    // The table as a file of other programs.
    floor("Interchange", ["MirrorCore", "OCIRegistry", "Documents", "Support"]),

    // Floor 1: leaves that know no mirror.
    floor("OCIRegistry", ["HTTP", "Support", "CCrypto", subprocess, system]),
    floor("AWSClient", ["HTTP", "Support", "CCrypto", subprocess, system]),
    floor("Terminal", ["Support", "CNcurses"]),
    floor("Logs", ["Support", logging]),
    floor("Documents", ["Support", yams]),

    // Floor 0.
    floor("HTTP", ["Support", "CCurl"]),
    floor("Support", ["CProcess"]),

    // System libraries; each header holds `static inline` shims for what Swift cannot import.
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    // No pkg-config for ncurses: its flags are refused with a warning, and none is needed.
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CProcess"),
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"])]),

    // Servers and folders for the tests: real sockets and a real registry rather than mocks.
    .target(
      name: "TestSupport", dependencies: ["HTTP", "Support", "CProcess"], path: "Tests/TestSupport",
      swiftSettings: settings),

    // A whole installation in memory: the third backend, with registries and a copier to go with it.
    .target(
      name: "MemoryBackend", dependencies: ["MirrorCore", "OCIRegistry", "HTTP", "Support", logging],
      path: "Tests/MemoryBackend", swiftSettings: settings),

    tests("SupportTests", ["Support", "TestSupport"]),
    tests("HTTPTests", ["HTTP", "TestSupport", "Support"]),
    tests("OCIRegistryTests", ["OCIRegistry", "HTTP", "TestSupport", "Support"]),
    tests("AWSClientTests", ["AWSClient", "HTTP", "TestSupport", "Support"]),
    tests("DocumentsTests", ["Documents", "Support"]),
    tests("LogsTests", ["Logs", logging]),
    tests(
      "AWSBackendTests", ["AWSBackend", "AWSClient", "MirrorCore", "OCIRegistry", "HTTP", "TestSupport", "Support"]),
    tests("TerminalTests", ["Terminal", "CNcurses", "Support"]),
    tests(
      "MirrorCoreTests", ["MirrorCore", "MemoryBackend", "OCIRegistry", "HTTP", "TestSupport", "Support", logging]),
    tests(
      "LocalBackendTests",
      ["LocalBackend", "MirrorCore", "OCIRegistry", "HTTP", "TestSupport", "Support", grdb, logging]),
    // The same cases against all three backends.
    tests(
      "BackendTests",
      [
        "LocalBackend", "AWSBackend", "MemoryBackend", "AWSClient", "MirrorCore", "OCIRegistry", "HTTP", "TestSupport",
        "Support", logging, subprocess, system,
      ]),
    tests(
      "InstallationTests",
      ["Installation", "MirrorCore", "LocalBackend", "OCIRegistry", "HTTP", "Documents", "TestSupport", "Support"]),
    tests("DoctorTests", ["Doctor", "Installation", "MirrorCore", "OCIRegistry", "Support"]),
    tests("InterchangeTests", ["Interchange", "MirrorCore", "OCIRegistry", "Documents", "Support"]),
    tests(
      "LambdaTests",
      [
        "Lambda", "LocalBackend", "AWSBackend", "MirrorCore", "OCIRegistry", "AWSClient", "HTTP", "TestSupport",
        "Support", logging,
      ]),
    tests(
      "TUITests",
      [
        "TUI", "Commands", "Installation", "Interchange", "MirrorCore", "MemoryBackend", "LocalBackend", "Terminal",
        "OCIRegistry",
        "TestSupport", "Support",
      ]),
    tests(
      "CommandsTests",
      ["Commands", "Doctor", "OCIRegistry", "MirrorCore", "Support", "Terminal", "TestSupport", arguments]),

    // The fuzzer's targets, which also go through their corpus once with the other tests. gold, the linker otherwise,
    // fails on what libFuzzer's instrumentation makes.
    isFuzzing
      ? .executableTarget(
        name: "Fuzz", dependencies: fuzzed, path: "Fuzz", exclude: ["Corpus", "Dictionaries", "Tests", "run"],
        sources: ["Targets", "Driver"], swiftSettings: settings,
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
      : .testTarget(
        name: "FuzzTests", dependencies: fuzzed, path: "Fuzz", exclude: ["Corpus", "Dictionaries", "Driver", "run"],
        sources: ["Targets", "Tests"], swiftSettings: settings),
  ]
)

// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// Every target of ours: Swift 6 mode comes with the tools version; a warning is an error here,
// while dependencies keep their own settings.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// `COLISD_FUZZ=1` builds the fuzzer, with a folder of its own; see Tests/Fuzz/README.md.
let isFuzzing = Context.environment["COLISD_FUZZ"] == "1"

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(
  name: "HummingbirdCore", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTPTypes: Target.Dependency = .product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioPOSIX: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

/// A target of which the fuzzer builds no more than what it runs, as a library: a program of Swift links
/// no other one, and a server takes minutes to build.
func target(
  _ target: Target, fuzzing sources: [String], _ dependencies: [Target.Dependency] = []
) -> Target {
  guard isFuzzing else { return target }
  return .target(
    name: target.name, dependencies: dependencies, sources: sources, swiftSettings: strict)
}

let package = Package(
  name: "colisd",
  products: [.executable(name: "colisd", targets: ["colisd"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", exact: "1.35.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    // C libraries, as Debian ships them.
    .systemLibrary(
      name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLibSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CSIMD"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // What runs in a handler of signals.
    .target(name: "CLastWord"),

    // The rooms, in the order in which a file flows through them.
    .target(name: "Carrier", swiftSettings: strict),
    .target(name: "Archive", dependencies: ["CLibArchive", "CZlib"], swiftSettings: strict),
    .target(name: "SSH", dependencies: ["CLibSSH2", crypto], swiftSettings: strict),
    .target(name: "SFTP", dependencies: ["SSH"], swiftSettings: strict),
    .target(
      name: "TrackingFile", dependencies: ["Carrier", "CSIMD", "CZlib"], swiftSettings: strict),
    .target(name: "Status", dependencies: ["Carrier"], swiftSettings: strict),
    .target(
      name: "LayoutGuess", dependencies: ["Carrier", "Status", "TrackingFile"],
      swiftSettings: strict),
    .target(name: "Contract", dependencies: ["Carrier", "TrackingFile"], swiftSettings: strict),
    .target(
      name: "ParcelStore", dependencies: ["Carrier", "Contract", "Status", "TrackingFile"],
      swiftSettings: strict),
    .target(
      name: "SQLiteStore",
      dependencies: [
        "CSQLite", "Carrier", "Contract", "ParcelStore", "Status", "TrackingFile", grdb, grdbSQLite,
      ],
      swiftSettings: strict),
    // What speaks to a PostgreSQL server, and the store on it.
    .target(name: "Postgres", dependencies: ["CLibPQ"], swiftSettings: strict),
    .target(
      name: "PostgresStore",
      dependencies: ["Carrier", "Contract", "ParcelStore", "Postgres", "Status", "TrackingFile"],
      swiftSettings: strict),
    .target(
      name: "Views",
      dependencies: ["Carrier", "Contract", "ParcelStore", "Status", "TrackingFile"],
      swiftSettings: strict),
    .target(
      name: "Ingest",
      dependencies: [
        "Archive", "CZlib", "Carrier", "SFTP", "SSH", "TrackingFile", "Status", "Contract",
        "ParcelStore", crypto,
      ],
      swiftSettings: strict),
    // What goes out by network.
    .target(name: "HTTPClient", dependencies: ["CLibCurl"], swiftSettings: strict),
    target(
      .target(
        name: "Operators",
        dependencies: [
          "CZlib", "Carrier", "Contract", "ParcelStore", "Status", "TrackingFile", "Views", crypto,
          httpTypes,
          hummingbird, hummingbirdCore, logging, mustache, nioCore, nioHTTPTypes, nioPOSIX,
          serviceLifecycle,
        ],
        resources: [.embedInCode("Assets")],
        swiftSettings: strict),
      fuzzing: ["Server/Listener.swift", "Server/ServerRules.swift"]),
    .target(
      name: "Webhooks",
      dependencies: [
        "Carrier", "Contract", "HTTPClient", "ParcelStore", "Status", "Views", crypto, mustache,
      ],
      swiftSettings: strict),
    target(
      .executableTarget(
        name: "colisd",
        dependencies: [
          "CLastWord", "CMalloc", "Carrier", "HTTPClient", "Operators", "Ingest", "SFTP", "SSH",
          "TrackingFile", "Status",
          "LayoutGuess", "Contract", "ParcelStore", "Postgres", "PostgresStore", "SQLiteStore",
          "Views", "Webhooks",
          argumentParser, crypto, logging, serviceLifecycle, yams,
        ],
        swiftSettings: strict),
      fuzzing: ["Configuration"],
      [
        "Carrier", "Contract", "HTTPClient", "Ingest", "LayoutGuess", "Operators", "ParcelStore",
        "Postgres", "SSH", "Status", "TrackingFile", "Views", crypto, yams,
      ]),

    // What only a process of its own can time; see Benchmarks/README.md.
    .executableTarget(
      name: "colisd-bench",
      dependencies: [
        "Carrier", "Contract", "Ingest", "ParcelStore", "SFTP", "SQLiteStore", "SSH", "Status",
        "TrackingFile", argumentParser,
      ],
      path: "Benchmarks/colisd-bench", swiftSettings: strict),

    // One folder of tests a room; TestSupport starts the real servers.
    .target(
      name: "TestSupport", dependencies: ["Carrier", "CZlib", "Postgres"],
      path: "Tests/TestSupport",
      exclude: [
        "http2_receiver.js", "http_receiver.py", "make_certificate.py", "scripted_server.py",
      ],
      swiftSettings: strict),
    // Values that the tests of more than one room look at.
    .target(
      name: "SampleValues", dependencies: ["Carrier", "Contract", "ParcelStore", "Status"],
      path: "Tests/SampleValues", swiftSettings: strict),
    .testTarget(name: "SSHTests", dependencies: ["SSH", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "SFTPTests", dependencies: ["SFTP", "SSH", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CarrierTests", dependencies: ["Carrier", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ArchiveTests", dependencies: ["Archive", "CZlib", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "TrackingFileTests", dependencies: ["Carrier", "TrackingFile", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "StatusTests", dependencies: ["Carrier", "Status"], swiftSettings: strict),
    .testTarget(
      name: "LayoutGuessTests",
      dependencies: ["Carrier", "LayoutGuess", "TestSupport", "TrackingFile"],
      swiftSettings: strict),
    .testTarget(
      name: "ContractTests", dependencies: ["Carrier", "Contract", "TrackingFile", "TestSupport"],
      swiftSettings: strict),
    // Waits for servers and disks; to optimize its promises for each kind of store takes five minutes of a processor.
    .testTarget(
      name: "ParcelStoreTests",
      dependencies: [
        "Carrier", "Ingest", "ParcelStore", "Postgres", "PostgresStore", "SQLiteStore", "Contract",
        "Status", "TrackingFile",
        "TestSupport", "Webhooks", grdb,
      ],
      swiftSettings: strict + [.unsafeFlags(["-Onone"])]),
    // It computes for a minute, so it stands apart from the stores whose claims it is about.
    .testTarget(
      name: "ClaimModelTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "HTTPClientTests", dependencies: ["HTTPClient", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "IngestTests",
      dependencies: [
        "Carrier", "Ingest", "ParcelStore", "SQLiteStore", "SFTP", "SSH", "Contract", "Status",
        "TrackingFile",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ViewsTests",
      dependencies: [
        "Views", "Carrier", "Contract", "ParcelStore", "SampleValues", "Status", "TrackingFile",
      ], swiftSettings: strict),
    .testTarget(
      name: "OperatorsTests",
      dependencies: [
        "Operators", "Views", "Carrier", "Contract", "ParcelStore", "SampleValues", "Status",
        "TrackingFile",
      ], swiftSettings: strict),
    .testTarget(
      name: "WebhooksTests",
      dependencies: [
        "Webhooks", "Carrier", "Contract", "ParcelStore", "SampleValues", "Status", "Views",
      ], swiftSettings: strict),
    // Runs the built program as a user would, so it imports none of it. It waits for other programs: to optimize it takes
    // four minutes of a processor, and what computes much stands in TestSupport.
    .testTarget(
      name: "ColisdTests", dependencies: ["TestSupport"],
      swiftSettings: strict + [.unsafeFlags(["-Onone"])]),

    // What the fuzzer runs, and the tests that run it again on the inputs that are kept.
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Archive", "CZlib", "Carrier", "colisd", "Contract", "LayoutGuess", "SFTP", "SSH", "Status",
        "TrackingFile",
      ],
      path: "Tests/Fuzz/Targets", swiftSettings: strict),
    .testTarget(
      // A program is linked into tests that name it themselves.
      name: "FuzzTests", dependencies: ["colisd", "FuzzTargets", "TestSupport"],
      path: "Tests/Fuzz/Replay", swiftSettings: strict),
  ]
)

if isFuzzing {
  package.products = [.executable(name: "colisd-fuzz", targets: ["colisd-fuzz"])]
  package.targets.append(
    .executableTarget(
      name: "colisd-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Program",
      swiftSettings: strict))
}

// swift-tools-version: 6.2
// The architecture: every module, and the only modules it may import. Imports point down this list.
import PackageDescription

let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Exclusive access is checked while running in debug builds, which is what the tests run: it costs 3 % of a request.
    .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

func module(_ name: String, at path: String, imports dependencies: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .byName(name: $0) }, path: "Sources/\(path)",
        swiftSettings: house)
}

func platform(_ name: String, imports dependencies: [String] = []) -> Target {
    module(name, at: "Platform/\(name)", imports: dependencies)
}

func tests(_ name: String, imports extra: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: ([name] + extra).map { .byName(name: $0) }, path: "Tests/\(name)Tests",
        swiftSettings: house)
}

let package = Package(
    name: "switchyard",
    products: [.executable(name: "switchyard", targets: ["NodeServer"])],
    targets: [
        .executableTarget(
            name: "NodeServer",
            dependencies: [
                "Dashboard", "Configuration", "Providers", "ClusterState", "Routing", "WireFormats", "GatewayTypes",
                "HTTPServer", "HTTPClient", "HTTPTypes", "SQLDatabase", "RedisClient", "JSON", "Crypto", "Telemetry",
                "EventLoop", "Threading", "CMimalloc",
            ],
            path: "Sources/NodeServer", swiftSettings: house,
            // The C library's allocator takes a tenth of a request: what one thread frees another has made.
            // Swift's own libraries are linked in, as what is shipped has them: a call into them is then a plain call, which
            // takes a twentieth off a request.
            linkerSettings: [
                .linkedLibrary("mimalloc", .when(configuration: .release)),
                .unsafeFlags(["-static-stdlib"], .when(configuration: .release)),
            ]),

        module(
            "Dashboard", at: "Dashboard",
            imports: [
                "Configuration", "ClusterState", "GatewayTypes", "HTTPServer", "HTTPTypes", "JSON", "Crypto",
                "Telemetry",
                "EventLoop",
            ]),
        module(
            "Configuration", at: "Configuration",
            imports: ["Providers", "ClusterState", "GatewayTypes", "JSON", "Telemetry", "Threading"]),
        module(
            "Providers", at: "Providers",
            imports: [
                "WireFormats", "GatewayTypes", "HTTPClient", "HTTPTypes", "JSON", "Crypto", "Telemetry", "EventLoop",
            ]),
        module(
            "ClusterState", at: "ClusterState",
            imports: [
                "GatewayTypes", "RedisClient", "SQLDatabase", "JSON", "Crypto", "Telemetry", "EventLoop", "Threading",
            ]),
        module("WireFormats", at: "WireFormats", imports: ["GatewayTypes", "HTTPTypes", "JSON"]),
        module("Routing", at: "Routing", imports: ["GatewayTypes"]),
        module("GatewayTypes", at: "GatewayTypes"),

        platform("HTTPServer", imports: ["HTTPTypes", "EventLoop"]),
        platform("HTTPClient", imports: ["HTTPTypes", "EventLoop", "CCurl", "CZlib"]),
        platform("HTTPTypes"),
        platform("RedisClient", imports: ["Crypto", "Telemetry", "HTTPTypes", "EventLoop", "CHiredis"]),
        platform("SQLDatabase", imports: ["Telemetry", "EventLoop", "Threading", "CSQLite", "CMySQL"]),
        platform("JSON", imports: ["CSimdJSON"]),
        platform("Crypto", imports: ["Threading", "COpenSSL"]),
        platform("Telemetry", imports: ["Threading"]),
        platform("EventLoop", imports: ["Threading", "CEvent"]),
        platform("Threading", imports: ["CThread"]),

        .systemLibrary(name: "CThread", path: "Sources/CLibraries/CThread"),
        .systemLibrary(name: "CEvent", path: "Sources/CLibraries/CEvent"),
        .systemLibrary(name: "CCurl", path: "Sources/CLibraries/CCurl"),
        .systemLibrary(name: "CMimalloc", path: "Sources/CLibraries/CMimalloc"),
        .systemLibrary(name: "CZlib", path: "Sources/CLibraries/CZlib"),
        .systemLibrary(name: "CHiredis", path: "Sources/CLibraries/CHiredis"),
        .systemLibrary(name: "CMySQL", path: "Sources/CLibraries/CMySQL"),
        .systemLibrary(name: "CSQLite", path: "Sources/CLibraries/CSQLite"),
        .systemLibrary(name: "COpenSSL", path: "Sources/CLibraries/COpenSSL"),
        .target(
            name: "CSimdJSON", path: "Sources/CLibraries/CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),

        // What takes bytes from outside, for tests that change them at random and for libFuzzer (Tests/Fuzz).
        .target(
            name: "FuzzTargets", dependencies: ["Configuration", "WireFormats", "GatewayTypes", "HTTPTypes", "JSON"],
            path: "Tests/Fuzz/Targets", swiftSettings: house),
        tests("FuzzTargets"),
        // Real servers that tests start for themselves.
        .target(
            name: "TestServers", dependencies: ["SQLDatabase", "Telemetry", "Threading"], path: "Tests/TestServers",
            swiftSettings: house),
        tests("NodeServer", imports: ["WireFormats", "GatewayTypes", "JSON"]),
        tests(
            "Dashboard",
            imports: [
                "Configuration", "GatewayTypes", "ClusterState", "SQLDatabase", "HTTPServer", "HTTPTypes", "EventLoop",
                "JSON", "Crypto", "Telemetry",
            ]),
        tests("Configuration", imports: ["ClusterState", "GatewayTypes", "JSON"]),
        tests("Providers", imports: ["GatewayTypes", "WireFormats", "HTTPClient", "HTTPTypes", "EventLoop", "JSON"]),
        tests(
            "ClusterState",
            imports: [
                "GatewayTypes", "RedisClient", "SQLDatabase", "EventLoop", "Threading", "Telemetry", "JSON", "Crypto",
                "TestServers",
            ]),
        tests("Routing", imports: ["GatewayTypes"]),
        tests("WireFormats", imports: ["GatewayTypes", "HTTPTypes", "JSON"]),
        tests("HTTPServer", imports: ["EventLoop", "HTTPTypes"]),
        tests("HTTPClient", imports: ["EventLoop", "HTTPTypes", "TestServers"]),
        tests("HTTPTypes"),
        tests("RedisClient", imports: ["Crypto", "EventLoop", "Telemetry", "TestServers"]),
        tests("SQLDatabase", imports: ["Telemetry", "EventLoop", "Threading", "TestServers"]),
        tests("JSON"),
        tests("Crypto", imports: ["Threading"]),
        tests("Telemetry", imports: ["Threading"]),
        tests("EventLoop", imports: ["Threading"]),
        tests("Threading"),
    ],
    cxxLanguageStandard: .cxx17
)

// libFuzzer brings the program's `main` (Tests/Fuzz/run).
if Context.environment["SWITCHYARD_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets", "HTTPServer", "HTTPTypes"], path: "Tests/Fuzz/Driver",
            swiftSettings: house + [.unsafeFlags(["-parse-as-library"])]))
}

internal import ClusterState
internal import GatewayTypes
internal import JSON

/// Reads a configuration file into a snapshot, and says everything that is wrong with it at once.
struct ConfigurationReader {
    /// Looks an environment variable up.
    var environment: (String) -> String?
    /// Reads a secret file; `nil` when it cannot be read.
    var file: (String) -> [UInt8]?

    /// The snapshot of a file's text, or every problem found in it.
    func read(_ text: [UInt8]) -> (configuration: GatewayConfiguration?, problems: [ConfigurationProblem]) {
        let root: JSON5Node
        do throws(JSON5Error) {
            root = try JSON5.parse(text)
        } catch {
            return (
                nil,
                [
                    ConfigurationProblem(
                        severity: .error, line: error.line, column: error.column, field: "", message: error.message)
                ]
            )
        }
        let problems = ConfigurationProblems()
        let configuration = configuration(ConfigurationSection(root, path: "", problems: problems))
        return (problems.hasErrors ? nil : configuration, problems.all)
    }

    private func configuration(_ root: ConfigurationSection) -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.providers = root.named("providers").compactMap { provider($0.name, $0.section) }
        if !configuration.providers.contains(where: { $0.id == "demo" }) { configuration.providers.append(.demo) }
        configuration.rotations = root.named("rotations").map { name, section in
            rotation(name, section, configuration.providers)
        }
        configuration.tiers = root.named("tiers").map { name, section in tier(name, section) }
        if let server = root.section("server") { configuration.server = settings(server) }
        root.notServedYet("autoselects")
        root.close()
        return configuration
    }

    private func tier(_ name: String, _ section: ConfigurationSection) -> TierConfiguration {
        var limits = Limits()
        if let stated = section.section("limits") {
            limits.requestsPerMinute = stated.int("requests_per_minute")
            limits.requestsPerDay = stated.int("requests_per_day")
            limits.tokensPerMinute = stated.int("tokens_per_minute")
            limits.tokensPerDay = stated.int("tokens_per_day")
            limits.concurrentRequests = stated.int("concurrent_requests")
            limits.perDay = stated.usd("usd_per_day")
            limits.perMonth = stated.usd("usd_per_month")
            if let zone = stated.string("zone") {
                if !ZoneCatalog.isKnown(zone) { stated.error("zone", "\"\(zone)\" \(ZoneCatalog.advice)") }
                limits.zone = zone
            }
            limits.onOutage = outageRules(stated)
            stated.close()
        }
        section.close()
        return TierConfiguration(name: name, limits: limits)
    }

    /// One word for all limits, or an object with a word for some.
    private func outageRules(_ limits: ConfigurationSection) -> OutageRules {
        var rules = OutageRules()
        if limits.value("on_outage")?.members != nil, let stated = limits.section("on_outage") {
            for kind in LimitKind.allCases { rules[kind] = stated.choice(kind.rawValue) ?? .share }
            stated.close()
        } else if let rule: OutageRule = limits.choice("on_outage") {
            for kind in LimitKind.allCases { rules[kind] = rule }
        }
        return rules
    }

    private func settings(_ section: ConfigurationSection) -> ServerSettings {
        var settings = ServerSettings()
        settings.maxHeaderBytes = section.int("max_header_bytes", atLeast: 1024) ?? settings.maxHeaderBytes
        settings.maxBodyBytes = section.int("max_body_bytes", atLeast: 1024) ?? settings.maxBodyBytes
        settings.headerTimeout = section.seconds("header_timeout") ?? settings.headerTimeout
        settings.bodyIdleTimeout = section.seconds("body_idle_timeout") ?? settings.bodyIdleTimeout
        settings.keepAliveTimeout = section.seconds("keepalive_timeout") ?? settings.keepAliveTimeout
        settings.keepAliveInterval = section.seconds("keepalive_interval") ?? settings.keepAliveInterval
        settings.writeIdleTimeout = section.seconds("write_idle_timeout") ?? settings.writeIdleTimeout
        settings.maxConnections = section.int("max_connections", atLeast: 1) ?? settings.maxConnections
        settings.drainTimeout = section.seconds("drain_timeout") ?? settings.drainTimeout
        settings.drainDelay = section.seconds("drain_delay") ?? settings.drainDelay
        if let proxies = section.strings("trusted_proxies") {
            if let bad = proxies.first(where: { AddressBlock($0) == nil }) {
                section.error("trusted_proxies", "\"\(bad)\" is no IP address or CIDR block")
            }
            settings.trustedProxies = proxies
        }
        section.close()
        return settings
    }
}

extension ProviderConfiguration {
    /// The built-in provider that needs no key.
    static let demo = ProviderConfiguration(
        id: "demo", kind: "demo", endpoint: "", wire: .openAIChat,
        models: [ModelConfiguration(name: "echo"), ModelConfiguration(name: "lorem")])
}

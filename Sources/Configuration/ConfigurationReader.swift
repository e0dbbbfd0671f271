internal import ClusterState
public import GatewayTypes
internal import JSON

/// Reads a configuration file into a snapshot, and says everything that is wrong with it at once.
public struct ConfigurationReader: Sendable {
    /// Looks an environment variable up.
    var environment: @Sendable (String) -> String?
    /// Reads a secret file; `nil` when it cannot be read.
    var file: @Sendable (String) -> [UInt8]?
    /// Whether a provider that wants a key must have one; stored providers get theirs beside their fields.
    var wantsKeys = true

    public init(
        environment: @escaping @Sendable (String) -> String?, file: @escaping @Sendable (String) -> [UInt8]?
    ) {
        self.environment = environment
        self.file = file
    }

    /// The snapshot of a file's text, or every problem found in it.
    public func read(_ text: [UInt8]) -> (configuration: GatewayConfiguration?, problems: [ConfigurationProblem]) {
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
        if let defaults = root.section("defaults") { configuration.defaults = self.defaults(defaults, configuration) }
        configuration.autoselects = root.named("autoselects").map { name, section in
            autoselect(name, section, among: configuration)
        }
        root.notServedYet("autoselects")
        root.close()
        return configuration
    }

    /// The models of requests that need not name one.
    private func defaults(_ section: ConfigurationSection, _ known: GatewayConfiguration) -> DefaultModels {
        func model(_ key: String) -> String? {
            guard let name = section.string(key) else { return nil }
            if !known.offers(name) {
                section.warning(key, "\"\(name)\" is no rotation and no model of a provider in this file")
            }
            return name
        }
        var defaults = DefaultModels()
        defaults.moderation = model("moderation_model")
        defaults.image = model("image_model")
        section.close()
        return defaults
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

    func settings(_ section: ConfigurationSection) -> ServerSettings {
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
        if let days = section.int("usage_retention_days", atLeast: 1) {
            settings.usageRetention = .seconds(min(days, 36_500) * 86_400)
        }
        if let proxies = section.strings("trusted_proxies") {
            if let bad = proxies.first(where: { AddressBlock($0) == nil }) {
                section.error("trusted_proxies", "\"\(bad)\" is no IP address or CIDR block")
            }
            settings.trustedProxies = proxies
        }
        settings.strictRevocation = section.bool("strict_revocation") ?? settings.strictRevocation
        section.close()
        return settings
    }
}

extension ProviderConfiguration {
    /// The built-in provider that needs no key.
    public static let demo = ProviderConfiguration(
        id: "demo", kind: "demo", endpoint: "", wire: .openAIChat,
        models: [ModelConfiguration(name: "echo"), ModelConfiguration(name: "lorem")])
}

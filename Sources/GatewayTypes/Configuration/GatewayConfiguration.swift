/// Everything that routes and prices a request, as one immutable snapshot: read whole, swapped whole.
public struct GatewayConfiguration: Sendable, Equatable {
    public var providers: [ProviderConfiguration] = []
    public var rotations: [RotationConfiguration] = []
    public var autoselects: [AutoselectConfiguration] = []
    public var tiers: [TierConfiguration] = []
    public var server = ServerSettings()
    public var defaults = DefaultModels()

    public init() {}
}

/// A named set of limits that users are put under.
public struct TierConfiguration: Sendable, Equatable {
    public var name: String
    public var limits: Limits

    public init(name: String, limits: Limits) {
        self.name = name
        self.limits = limits
    }
}

/// `server` in the configuration file.
public struct ServerSettings: Sendable, Equatable {
    public var maxHeaderBytes = 65_536
    public var maxBodyBytes = 67_108_864
    public var headerTimeout: Duration = .seconds(10)
    public var bodyIdleTimeout: Duration = .seconds(30)
    public var keepAliveTimeout: Duration = .seconds(75)
    public var writeIdleTimeout: Duration = .seconds(60)
    public var maxConnections = 20_000
    /// After this much silence a stream that has begun carries a sign of life; zero means never.
    public var keepAliveInterval: Duration = .seconds(15)
    /// Zero means without end.
    public var drainTimeout: Duration = .seconds(600)
    /// How long a node that was told to end still takes new requests, so that proxies can let go of it.
    public var drainDelay: Duration = .zero
    /// How long rows of the ledger are kept; sums by the hour stay. `nil` is for ever.
    public var usageRetention: Duration?
    /// Whether known tokens are refused while nobody can say that they were not revoked.
    public var strictRevocation = false
    /// CIDR blocks whose `x-forwarded-for` is believed.
    public var trustedProxies = ["127.0.0.0/8", "::1"]

    public init() {}
}

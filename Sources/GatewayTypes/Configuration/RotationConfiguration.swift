/// A named list of weighted provider models.
public struct RotationConfiguration: Sendable, Equatable {
    public struct Member: Sendable, Equatable {
        public var provider: String
        public var model: String
        /// A true proportion of the first choices; 0 means only when the others fail.
        public var weight: Double

        public init(provider: String, model: String, weight: Double = 1) {
            self.provider = provider
            self.model = model
            self.weight = weight
        }
    }

    public enum Strategy: String, Sendable, CaseIterable { case weighted, priority }

    public var name: String
    public var members: [Member]
    public var strategy: Strategy
    public var settings = RouteSettings()

    public init(name: String, members: [Member], strategy: Strategy = .weighted) {
        self.name = name
        self.members = members
        self.strategy = strategy
    }
}

/// Settings a rotation may carry, with its provider's as default and the built-in value last.
public struct RouteSettings: Sendable, Equatable {
    public var connectTimeout: Duration?
    public var firstTokenTimeout: Duration?
    public var idleTimeout: Duration?
    public var totalTimeout: Duration?
    public var maxAttempts: Int?
    public var maxRetryWait: Duration?
    public var defaultErrorCooldown: Duration?

    public init() {}

    /// These settings, and `other`'s where these are silent.
    public func or(_ other: RouteSettings) -> RouteSettings {
        var merged = self
        merged.connectTimeout = connectTimeout ?? other.connectTimeout
        merged.firstTokenTimeout = firstTokenTimeout ?? other.firstTokenTimeout
        merged.idleTimeout = idleTimeout ?? other.idleTimeout
        merged.totalTimeout = totalTimeout ?? other.totalTimeout
        merged.maxAttempts = maxAttempts ?? other.maxAttempts
        merged.maxRetryWait = maxRetryWait ?? other.maxRetryWait
        merged.defaultErrorCooldown = defaultErrorCooldown ?? other.defaultErrorCooldown
        return merged
    }

    /// The built-in values.
    public static let builtIn: RouteSettings = {
        var settings = RouteSettings()
        settings.connectTimeout = .seconds(5)
        settings.firstTokenTimeout = .seconds(60)
        settings.idleTimeout = .seconds(60)
        settings.totalTimeout = .seconds(600)
        settings.maxAttempts = 5
        settings.maxRetryWait = .seconds(3)
        settings.defaultErrorCooldown = .seconds(10)
        return settings
    }()
}

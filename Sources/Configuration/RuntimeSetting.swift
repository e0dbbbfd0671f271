internal import GatewayTypes
public import JSON

/// The server settings that may be changed while nodes run, under their names in the file's `server` section.
public enum RuntimeSetting: String, Sendable, CaseIterable {
    case drainTimeout = "drain_timeout"
    case maxBodyBytes = "max_body_bytes"
    case strictRevocation = "strict_revocation"
    case trustedProxies = "trusted_proxies"

    /// What counts where neither file nor store says anything.
    public var usual: JSONTree {
        let settings = ServerSettings()
        return switch self {
        case .drainTimeout: .number(String(settings.drainTimeout.components.seconds))
        case .maxBodyBytes: .number(String(settings.maxBodyBytes))
        case .strictRevocation: .bool(settings.strictRevocation)
        case .trustedProxies: .array(settings.trustedProxies.map { .string($0) })
        }
    }
}

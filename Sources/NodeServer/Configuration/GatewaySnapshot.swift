internal import GatewayTypes
internal import Routing
internal import Threading

/// One configuration and what is derived from it, read whole by a request that began under it.
final class GatewaySnapshot: Sendable {
    let configuration: GatewayConfiguration
    let routes: RouteTable
    let trustedProxies: [AddressBlock]

    init(_ configuration: GatewayConfiguration) {
        self.configuration = configuration
        routes = RouteTable(configuration)
        trustedProxies = configuration.server.trustedProxies.compactMap(AddressBlock.init)
    }
}

/// The configuration in force; swapped whole.
final class ConfigurationFeed: Sendable {
    private let snapshot: Locked<GatewaySnapshot>

    init(_ configuration: GatewayConfiguration) { snapshot = Locked(GatewaySnapshot(configuration)) }

    var current: GatewaySnapshot { snapshot.withLock { $0 } }

    func apply(_ configuration: GatewayConfiguration) {
        let next = GatewaySnapshot(configuration)
        snapshot.withLock { $0 = next }
    }
}

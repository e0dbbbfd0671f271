internal import ClusterState
internal import EventLoop
internal import GatewayTypes
internal import RedisClient
internal import Telemetry

/// Limits and cooldowns: those of this process, or with `SWITCHYARD_REDIS_URL` those of all nodes.
struct SharedState: Sendable {
    /// `nil` on a node that runs alone.
    let cluster: Cluster?
    let cooldowns: any CooldownStore
    private let local: InProcessLimits

    static func open(
        _ environment: NodeEnvironment, _ state: LocalState, node: String, _ log: Log
    ) async throws(StartError) -> SharedState {
        guard let redis = environment.redis else {
            return SharedState(
                cluster: nil, cooldowns: InProcessCooldowns(now: LocalState.now), local: state.limits)
        }
        do throws(ClusterError) {
            let cluster = try await Cluster.join(
                redis, name: node, wallClock: LocalState.now(), ledger: state.ledger,
                tiers: state.store.configuredTiers, log: log)
            return SharedState(
                cluster: cluster, cooldowns: await cluster.cooldowns(now: LocalState.now), local: state.limits)
        } catch { throw .cluster(error) }
    }

    func limits(on loop: EventLoop) async -> any AdmissionControl {
        guard let cluster else { return local }
        return await cluster.limits(on: loop)
    }

    /// Call when every loop has its limits, and before the first request.
    func start() async throws(StartError) {
        do throws(ClusterError) { try await cluster?.start() } catch { throw .cluster(error) }
    }

    /// Requests that this node has let in and not settled.
    func openCount() async -> Int {
        if let cluster { return cluster.openCount }
        return await local.openHolds().count
    }

    /// Call when the last request is settled.
    func leave() async { await cluster?.leave() }
}

extension StartError {
    static func cluster(_ error: ClusterError) -> StartError {
        switch error {
        case .wrongSettings(let message): .redis(message)
        case .unreachable(let message): .temporary(message)
        case .nameTaken(let name): .nameTaken(name)
        case .resources: .temporary("the system gives no more threads")
        }
    }

    static func nameTaken(_ name: String) -> StartError {
        .setting("SWITCHYARD_NODE_ID", "another node named \"\(name)\" is alive in this cluster; give each its own")
    }

    /// Messages about Redis name their setting themselves.
    static func redis(_ message: String) -> StartError {
        let prefix = "SWITCHYARD_REDIS_URL: "
        return .setting(
            "SWITCHYARD_REDIS_URL", message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message)
    }
}

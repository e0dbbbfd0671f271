internal import ClusterState
internal import GatewayTypes

/// What the pipeline tells and asks the cooldown store of candidates.
struct CandidateHealth: Sendable {
    let store: any CooldownStore
}

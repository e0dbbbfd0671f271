public import ClusterState
public import GatewayTypes
internal import Threading

/// The configuration of a running node: made anew when the file or the store changes, and handed on whole.
public final class LiveConfiguration: Sendable {
    private struct State: Sendable {
        var file: FileConfiguration
        var stored = StoredObjects()
        var configuration: GatewayConfiguration
    }

    private let state: Locked<State>
    private let changing = Locked<Void>(())
    private let openKey: ConfigurationComposer.OpenKey
    private let report: @Sendable (Composition) -> Void
    private let apply: @Sendable (GatewayConfiguration) -> Void

    /// - Parameters:
    ///   - report: is told what of the store is not used.
    ///   - apply: takes over what is in force, one call at a time. Both are called on the thread that brought the change.
    public init(
        file: FileConfiguration, openKey: @escaping ConfigurationComposer.OpenKey,
        report: @escaping @Sendable (Composition) -> Void, apply: @escaping @Sendable (GatewayConfiguration) -> Void
    ) {
        state = Locked(State(file: file, configuration: file.configuration))
        self.openKey = openKey
        self.report = report
        self.apply = apply
    }

    public var file: FileConfiguration { state.withLock { $0.file } }
    public var configuration: GatewayConfiguration { state.withLock { $0.configuration } }

    /// What the admin API checks a change with.
    public var composer: ConfigurationComposer { ConfigurationComposer(file: file, openKey: openKey) }

    @discardableResult
    public func take(_ file: FileConfiguration) -> Composition { change { $0.file = file } }

    @discardableResult
    public func take(_ stored: StoredObjects) -> Composition { change { $0.stored = stored } }

    /// One change at a time, so that of two the later one stays. Readers do not wait for it.
    private func change(_ body: (inout State) -> Void) -> Composition {
        let composition = changing.withLock { _ in
            let changed = state.withLock { state in
                body(&state)
                return state
            }
            let composer = ConfigurationComposer(file: changed.file, openKey: openKey)
            let composition = composer.compose(changed.stored, after: changed.configuration)
            state.withLock { $0.configuration = composition.configuration }
            apply(composition.configuration)
            return composition
        }
        report(composition)
        return composition
    }
}

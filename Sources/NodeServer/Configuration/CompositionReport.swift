internal import Configuration
internal import Telemetry
internal import Threading

/// Tells the log what of the stored configuration is not in force, once for each thing.
final class CompositionReport: Sendable {
    private let log: Log
    private let told = Locked<Set<String>>([])

    init(log: Log) { self.log = log }

    func tell(_ composition: Composition) {
        let faults = composition.faults.map(\.text)
        let news = told.withLock { told in
            let all = Set(faults).union(composition.shadowed)
            defer { told = all }
            return all.subtracting(told)
        }
        for fault in faults where news.contains(fault) {
            log.error("a stored object cannot be used, its last good form stays in force", ["problem": fault])
        }
        for name in composition.shadowed where news.contains(name) {
            log.warning("the configuration file wins over a stored object", ["object": name])
        }
    }
}

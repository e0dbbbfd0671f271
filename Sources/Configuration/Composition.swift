public import ClusterState
public import GatewayTypes

/// File and store put together: what is in force, and what of the store is not.
public struct Composition: Sendable {
    /// A stored object that cannot be used.
    public struct Fault: Sendable {
        public var kind: StoredObject.Kind
        public var id: String
        /// Errors, with fields named from the object's own begin.
        public var problems: [ConfigurationProblem]

        /// As routes and messages name it.
        public var name: String { "\(kind.rawValue)/\(id)" }

        public var text: String {
            let problems = problems.map { $0.field.isEmpty ? $0.message : "\($0.field) \($0.message)" }
            return "\(name): \(problems.joined(separator: "; "))"
        }
    }

    public var configuration: GatewayConfiguration
    public var faults: [Fault] = []
    /// Stored objects that the file defines as well, so that they are not used.
    public var shadowed: [String] = []

    public func fault(of kind: StoredObject.Kind, _ id: String) -> Fault? {
        faults.first { $0.kind == kind && $0.id == id }
    }
}

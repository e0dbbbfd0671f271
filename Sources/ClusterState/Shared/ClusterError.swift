/// Why a node cannot join.
public enum ClusterError: Error, Sendable, Equatable {
    /// The settings are wrong; for operators.
    case wrongSettings(String)
    /// Redis cannot be reached now; for operators.
    case unreachable(String)
    /// Another node of this name lives.
    case nameTaken(String)
    /// The system gives no more threads.
    case resources
}

/// What is done about a transaction that failed: a decision, without clock or chance of its own.
enum SQLRetry: Equatable {
    case fails
    /// From its beginning, after a pause; on a new connection where the old one is lost.
    case again(after: Duration)

    static let mostVictims = 10

    /// - Parameters:
    ///   - attempt: from 1.
    ///   - took: the attempt that failed.
    ///   - chance: from 0 to 1, so that two that met do not meet again.
    static func decide(_ trouble: SQLTrouble?, attempt: Int, took: Duration, chance: Double) -> SQLRetry {
        switch trouble {
        case nil, .lostInCommit: return .fails
        case .victim:
            guard attempt < mostVictims, took < .seconds(2) else { return .fails }
            return .again(after: .milliseconds(5 * attempt) * (1 + chance))
        case .lost:
            // An idle connection that the server has closed fails at once; one that fails after a while is an outage.
            return attempt == 1 && took < .seconds(1) ? .again(after: .zero) : .fails
        }
    }
}

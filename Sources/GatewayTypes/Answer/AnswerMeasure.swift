/// What an answer is billed by where that is not, or not only, tokens.
public enum AnswerMeasure: Sendable, Equatable {
    case tokens
    case images(Int)
    /// Of a recording that was listened to.
    case seconds(Double)
    /// Something that answers do not tell of, such as characters.
    case untold
}

extension Pricing {
    /// What an answer costs; `nil` where it is billed by what has no price here, and its tokens were not counted.
    /// - Parameter usage: as the provider counted, or an estimate.
    public func cost(of summary: AnswerSummary, _ usage: Usage) -> USD? {
        let byTokens = summary.usage == nil ? nil : cost(of: usage)
        switch summary.measure {
        case .tokens: return cost(of: usage)
        case .images(let count): return image.map { $0.times(min(max(count, 0), 1_000_000)) } ?? byTokens
        case .seconds(let seconds):
            let thousandths = Int(min(max(seconds, 0), 1e9) * 1000)
            return audioMinute.map { USD(picodollars: $0.times(thousandths).picodollars / 60_000) } ?? byTokens
        case .untold: return byTokens
        }
    }

    /// What an answer that was not completed costs so far; `nil` where it is not billed by tokens.
    public func cost(soFar usage: Usage) -> USD? { image == nil && audioMinute == nil ? cost(of: usage) : nil }
}

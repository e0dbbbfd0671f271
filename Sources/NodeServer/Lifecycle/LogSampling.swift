/// Which of many like events are logged: the first of each kind in a second, with the number of those left out since the
/// last one that was. A pure value: the clock comes in as an argument.
struct LogSampling: Sendable {
    private struct Kind: Sendable {
        var second: Int
        var leftOut = 0
    }

    private var kinds: [String: Kind] = [:]

    /// - Parameters:
    ///   - kind: from a closed set, as each is remembered.
    ///   - milliseconds: since 1970.
    /// - Returns: how many were left out before this one; `nil` when this one is left out as well.
    mutating func take(_ kind: String, at milliseconds: Int) -> Int? {
        let second = milliseconds / 1000
        guard let known = kinds[kind] else {
            kinds[kind] = Kind(second: second)
            return 0
        }
        guard known.second != second else {
            kinds[kind]?.leftOut += 1
            return nil
        }
        kinds[kind] = Kind(second: second)
        return known.leftOut
    }
}

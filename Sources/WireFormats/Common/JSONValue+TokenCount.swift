internal import JSON

extension JSONValue {
    /// A count of tokens as a provider states it, brought into a range in which counts can be added and multiplied: a provider's
    /// slip must not stop the gateway. Negative counts are none.
    var tokenCount: Int? { int.map { min(max($0, 0), 1_000_000_000_000) } }
}

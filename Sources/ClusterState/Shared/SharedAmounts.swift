internal import GatewayTypes

/// One number for each kind of limit, in the order in which they are checked and the scripts have them. Tokens and requests
/// in ones, money in picodollars.
struct SharedAmounts: Equatable {
    /// A vector of eight, the last one unused: what is done to all limits at once is one instruction.
    private var numbers = SIMD8<Double>(repeating: 0)

    static let zero = SharedAmounts()
    static let kinds: [LimitKind] = [
        .concurrentRequests, .requestsPerMinute, .requestsPerDay, .tokensPerMinute, .tokensPerDay, .usdPerDay,
        .usdPerMonth,
    ]

    init() {}

    /// What one request needs of each limit.
    init(needOf reservation: Reservation) {
        let tokens = Double(reservation.tokens)
        let cost = Double(reservation.cost?.picodollars ?? 0)
        numbers = [1, 1, 1, tokens, tokens, cost, cost, 0]
    }

    /// The maxima of some limits; -1 where there is none.
    init(maximaOf limits: Limits) {
        func number(_ count: Int?) -> Double { count.map { Double(max(0, $0)) } ?? -1 }
        func number(_ amount: USD?) -> Double { amount.map { Double(max(0, $0.picodollars)) } ?? -1 }
        numbers = [
            number(limits.concurrentRequests), number(limits.requestsPerMinute), number(limits.requestsPerDay),
            number(limits.tokensPerMinute), number(limits.tokensPerDay), number(limits.perDay), number(limits.perMonth),
            0,
        ]
    }

    subscript(limit: Int) -> Double {
        get { numbers[limit] }
        set { numbers[limit] = newValue }
    }

    static func += (one: inout SharedAmounts, other: SharedAmounts) { one.numbers += other.numbers }

    static func -= (one: inout SharedAmounts, other: SharedAmounts) { one.numbers -= other.numbers }

    /// Nothing below zero.
    mutating func clamp() { numbers.clamp(lowerBound: .zero, upperBound: SIMD8(repeating: .greatestFiniteMagnitude)) }

    var isZero: Bool { numbers == .zero }
}

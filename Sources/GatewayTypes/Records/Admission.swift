/// What a request may cost at most, reserved before anything is called.
public struct Reservation: Sendable, Equatable {
    public var tokens: Int
    /// `nil` where no candidate has a price.
    public var cost: USD?

    public init(tokens: Int, cost: USD?) {
        self.tokens = tokens
        self.cost = cost
    }
}

/// One set of limits that a request counts against.
public struct LimitSubject: Sendable, Equatable {
    public var owner: LimitOwner
    /// The token's or user's id; for a tier `tier:user`, as each member has the tier's limits for itself.
    public var id: String
    public var limits: Limits

    public init(owner: LimitOwner, id: String, limits: Limits) {
        self.owner = owner
        self.id = id
        self.limits = limits
    }
}

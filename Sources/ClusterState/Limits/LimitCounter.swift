internal import GatewayTypes

/// What one owner (a token, a user, a member of a tier) has used and reserved in its current windows.
struct LimitCounter {
    /// Used and reserved within one window.
    struct Window {
        var span = CalendarWindow(start: 0, end: 0)
        var requests = 0
        var tokens = 0
        var cost = USD.zero

        /// Begins anew when `time` is outside.
        mutating func roll(to time: Int64, _ window: (Int64) -> CalendarWindow) {
            if !span.contains(time) { self = Window(span: window(time)) }
        }

        mutating func add(requests: Int, tokens: Int, cost: USD) {
            self.requests += requests
            self.tokens += tokens
            self.cost += cost
        }

        /// Puts what was spent in the place of what was reserved, unless the window has ended since.
        mutating func settle(_ hold: HeldAmount, admittedIn start: Int64) {
            guard span.start == start else { return }
            tokens += hold.spentTokens - hold.reservedTokens
            cost = cost - hold.reservedCost + hold.spentCost
        }
    }

    var open = 0
    var minute = Window()
    var day = Window()
    var month = Window()

    /// - Parameter zone: whose calendar the next day and month follow.
    mutating func roll(to time: Int64, in zone: String?) {
        minute.roll(to: time, CalendarWindow.minute)
        day.roll(to: time) { CalendarWindow.day(containing: $0, in: zone) }
        month.roll(to: time) { CalendarWindow.month(containing: $0, in: zone) }
    }

    /// Whether nothing would be forgotten if this counter were: no request is open and every window is over.
    func isIdle(at time: Int64) -> Bool { open == 0 && !day.span.contains(time) && !month.span.contains(time) }
}

/// One request's share of a window, as reserved and as spent.
struct HeldAmount {
    var reservedTokens: Int
    var reservedCost: USD
    var spentTokens: Int
    var spentCost: USD
}

extension LimitCounter {
    /// Why a request does not fit; `nil` when it does. The windows must have been rolled to `time`.
    func refusal(of subject: LimitSubject, reserving amount: Reservation, at time: Int64) -> LimitRefusal? {
        let limits = subject.limits
        let cost = amount.cost ?? .zero
        func refused(
            _ kind: LimitKind, _ maximum: @autoclosure () -> String, until end: Int64?,
            needed: @autoclosure () -> String? = nil
        ) -> LimitRefusal {
            LimitRefusal(
                owner: subject.owner, limit: kind, maximum: maximum(),
                retryAfter: end.map { .milliseconds(max(1, $0 - time)) }, needed: needed())
        }
        func count(_ kind: LimitKind, _ maximum: Int?, used: Int, adding: Int, until end: Int64) -> LimitRefusal? {
            guard let maximum, maximum <= 0 || adding > maximum - used else { return nil }
            if maximum <= 0 { return refused(kind, "0", until: nil) }
            if adding > maximum {
                return refused(kind, String(maximum), until: nil, needed: "\(adding) tokens")
            }
            return refused(kind, String(maximum), until: end)
        }
        func money(_ kind: LimitKind, _ maximum: USD?, used: USD, until end: Int64) -> LimitRefusal? {
            guard let maximum, maximum <= .zero || cost > maximum - used else { return nil }
            if maximum <= .zero { return refused(kind, "0", until: nil) }
            if cost > maximum { return refused(kind, maximum.description, until: nil, needed: "\(cost) USD") }
            return refused(kind, maximum.description, until: end)
        }
        if let most = limits.concurrentRequests, open >= most {
            // No window tells when a running request ends: a second is a fair guess.
            return refused(.concurrentRequests, String(most), until: most <= 0 ? nil : time + 1000)
        }
        return count(
            .requestsPerMinute, limits.requestsPerMinute, used: minute.requests, adding: 1, until: minute.span.end)
            ?? count(.requestsPerDay, limits.requestsPerDay, used: day.requests, adding: 1, until: day.span.end)
            ?? count(
                .tokensPerMinute, limits.tokensPerMinute, used: minute.tokens, adding: amount.tokens,
                until: minute.span.end)
            ?? count(.tokensPerDay, limits.tokensPerDay, used: day.tokens, adding: amount.tokens, until: day.span.end)
            ?? money(.usdPerDay, limits.perDay, used: day.cost, until: day.span.end)
            ?? money(.usdPerMonth, limits.perMonth, used: month.cost, until: month.span.end)
    }
}

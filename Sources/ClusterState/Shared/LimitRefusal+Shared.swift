internal import GatewayTypes

extension LimitRefusal {
    /// A limit that no waiting helps with: it is 0, or less than this one request may use.
    init?(hopeless amount: Reservation, for subject: LimitSubject) {
        // What refuses the request in windows that nobody has used is right for any.
        guard let refusal = LimitCounter().refusal(of: subject, reserving: amount, at: 0) else { return nil }
        self = refusal
    }

    /// - Parameter limit: which of `SharedAmounts.kinds`.
    init(_ subject: LimitSubject, _ limit: Int, _ windows: SharedWindows, at time: Int64) {
        let kind = SharedAmounts.kinds[limit]
        // No window tells when a running request ends: a second is a fair guess.
        let end = windows.window(of: limit)?.end ?? time + 1000
        self.init(
            owner: subject.owner, limit: kind, maximum: Self.maximum(of: kind, subject.limits),
            retryAfter: .milliseconds(max(1, end - time)))
    }

    init(outageOf subject: LimitSubject, _ limit: Int) {
        let kind = SharedAmounts.kinds[limit]
        self.init(
            owner: subject.owner, limit: kind, maximum: Self.maximum(of: kind, subject.limits), retryAfter: .seconds(1))
        isOutage = true
    }

    private static func maximum(of kind: LimitKind, _ limits: Limits) -> String {
        let count =
            switch kind {
            case .requestsPerMinute: limits.requestsPerMinute
            case .requestsPerDay: limits.requestsPerDay
            case .tokensPerMinute: limits.tokensPerMinute
            case .tokensPerDay: limits.tokensPerDay
            case .concurrentRequests: limits.concurrentRequests
            case .usdPerDay: nil as Int?
            case .usdPerMonth: nil as Int?
            }
        if let count { return String(count) }
        return (kind == .usdPerDay ? limits.perDay : limits.perMonth)?.description ?? ""
    }
}

extension RateStatus {
    /// From what the admission's script answered.
    init(_ subjects: [LimitSubject], _ counters: [AdmitVerdict.Counter], _ slots: [AdmitCall.Slot], at time: Int64) {
        self.init()
        for (number, counter) in counters.enumerated() {
            let windows = slots[number].windows
            var used = LimitCounter()
            used.minute = LimitCounter.Window(
                span: windows.minute, requests: counter.requestsPerMinute, tokens: counter.tokensPerMinute)
            used.day = LimitCounter.Window(
                span: windows.day, requests: counter.requestsPerDay, tokens: counter.tokensPerDay)
            narrow(by: subjects[number].limits, used, at: time)
        }
    }
}

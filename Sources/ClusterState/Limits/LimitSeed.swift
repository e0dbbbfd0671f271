internal import GatewayTypes

/// What an owner had used in the current windows before this process began.
struct LimitSeed {
    struct Sum {
        var requests = 0
        var tokens = 0
        var cost = USD.zero
    }

    var owner: LimitOwner
    var id: String
    /// Whose day and month were summed.
    var zone: String?
    var minute = Sum()
    var day = Sum()
    var month = Sum()
    /// When the sums were made; they count for the windows of this instant. Unix milliseconds.
    var time: Int64

    var counter: LimitCounter {
        func window(_ sum: Sum, _ span: CalendarWindow) -> LimitCounter.Window {
            LimitCounter.Window(span: span, requests: sum.requests, tokens: sum.tokens, cost: sum.cost)
        }
        var counter = LimitCounter()
        counter.minute = window(minute, .minute(containing: time))
        counter.day = window(day, .day(containing: time, in: zone))
        counter.month = window(month, .month(containing: time, in: zone))
        return counter
    }
}

internal import GatewayTypes
internal import JSON

/// Carries server-sent events whose data say what they are by `type`: each is checked and goes on as it came. Where the
/// upstream answers whole in their place, as old models do, the caller gets that.
struct EventPassThrough: AnswerRelay {
    private(set) var summary = AnswerSummary()
    /// What such an answer may be in the place of events.
    private var whole: WholeAnswerRelay
    private let lastTypes: Set<String>
    private var isWhole = false
    private var decoder = SSEDecoder()
    private var ready: [UInt8] = []
    /// Kept until the body has ended: what follows it must not come after it.
    private var done: [UInt8]?

    /// - Parameter lastTypes: those of an event after which nothing is missing.
    init(until lastTypes: Set<String>, orElse whole: WholeAnswerRelay) {
        self.lastTypes = lastTypes
        self.whole = whole
    }

    var contentType: String? { isWhole ? whole.contentType : nil }

    mutating func begin(contentType: String?) throws(UpstreamFailure) {
        isWhole = contentType.map { !$0.lowercased().hasPrefix("text/event-stream") } ?? false
        if isWhole { try whole.begin(contentType: contentType) }
    }

    mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        guard !isWhole else { return try whole.feed(bytes) }
        try pass(decoder.feed(bytes))
        return pending()
    }

    mutating func pending() -> [UInt8] {
        defer { ready = [] }
        return ready
    }

    mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        guard !isWhole else {
            defer { summary = whole.summary }
            return try whole.finish()
        }
        try pass(decoder.finish())
        guard summary.finish != nil else { throw .cutStream }
        ready += done ?? []
        return pending()
    }

    mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        defer { summary = whole.summary }
        return try whole.whole(body)
    }

    private mutating func pass(_ records: [StreamRecord]) throws(UpstreamFailure) {
        for record in records where try passes(record) { ready += record.wire }
    }

    private mutating func passes(_ record: StreamRecord) throws(UpstreamFailure) -> Bool {
        guard !record.data.isEmpty else { return done == nil }
        guard !record.isDone else {
            done = record.wire
            summary.finish = summary.finish ?? .stop
            return false
        }
        guard let event = try? JSONValue.parse(record.data), event.kind == .object else {
            summary.brokenEvents += 1
            return false
        }
        if let failure = ChatFailure.inside(event, eventName: record.name) { throw failure }
        let type = event["type"]?.string ?? record.name ?? ""
        if type == "error" { throw ChatFailure.classify(status: nil, ErrorFacts(event)) }
        summary.hasFirstToken = true
        if let delta = event["delta"], delta.kind == .string { summary.outputBytes += delta.range.count - 2 }
        if let usage = TaskUsage.read(event) { summary.usage = usage }
        if lastTypes.contains(type) { summary.finish = .stop }
        return true
    }
}

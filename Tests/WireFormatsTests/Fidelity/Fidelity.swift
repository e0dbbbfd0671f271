import GatewayTypes
import JSON

@testable import WireFormats

/// What becomes of a field on its way, found by trying: the same text with and without it is sent through the code that
/// serves requests.
enum Fidelity: Equatable {
    /// Caller and provider speak the same format: the bytes go on as they came.
    case untouched
    /// The other side's text differs by it.
    case carried
    /// A row that speaks for all in it, of which the other side's text says something else than it came.
    case changed
    /// Left out, and named to the caller.
    case reported
    /// 400, naming it.
    case refused
    /// The answer is an error, which the caller is told.
    case failure
    /// Left out without a word.
    case lost

    /// A field of a request on its way to an upstream that speaks `wire`.
    init(
        request row: FidelityRow, path: String, from dialect: Dialect, to wire: WireFormat
    ) throws(GatewayError) {
        func call(_ body: [UInt8]) throws(GatewayError) -> UpstreamCall {
            let received = ReceivedRequest(body: body, path: path)
            return try dialect.format.call(try dialect.format.understand(received), to: target(wire))
        }
        let without = try call(row.without)
        let with: UpstreamCall
        do throws(GatewayError) { with = try call(row.with) } catch {
            self = .refused
            return
        }
        // Named itself, or what it is a part of, or parts of it.
        let names = row.names
        let isNamed = with.dropped.contains { told in
            names.contains { name in
                name == told || name.hasPrefix(told + ".")
                    || (told.hasPrefix(name + ".") && !without.dropped.contains(told))
            }
        }
        if isNamed {
            self = .reported
        } else if with.body != without.body || with.path != without.path {
            self = dialect.speaks(wire) ? .untouched : Self.carried(row, in: with.body)
        } else {
            self = .lost
        }
    }

    /// A field of an answer of an upstream that speaks `wire`, on its way to a caller.
    /// - Parameter isStreamed: the rows' texts hold the `events` of a stream, else they are whole answers.
    init(
        answer row: FidelityRow, from wire: WireFormat, isStreamed: Bool, to dialect: Dialect,
        asking request: ClientRequest
    ) {
        func relay(_ body: [UInt8]) throws -> (text: [UInt8], summary: AnswerSummary) {
            var relay = try dialect.format.call(request, to: target(wire)).relay
            guard isStreamed else { return (try relay.whole(body), relay.summary) }
            var text: [UInt8] = []
            for event in try JSONValue.parse(body)["events"]?.elements.map(\.self) ?? [] {
                text += try relay.feed(Self.framed(event, in: wire))
            }
            text += try relay.finish()
            return (text, relay.summary)
        }
        let without: (text: [UInt8], summary: AnswerSummary)
        let with: (text: [UInt8], summary: AnswerSummary)
        do { without = try relay(row.without) } catch {
            self = .failure
            return
        }
        do { with = try relay(row.with) } catch {
            self = .failure
            return
        }
        // Named itself, or with what it is a part of.
        let isNamed = with.summary.leftOut != without.summary.leftOut
        if isNamed || (with.text == without.text && !with.summary.leftOut.isEmpty) {
            self = .reported
        } else if with.text != without.text {
            self = dialect.speaks(wire) ? .untouched : Self.carried(row, in: with.text)
        } else if !with.summary.leftOut.isEmpty {
            self = .reported  // what it is a part of is named
        } else {
            self = .lost
        }
    }

    private static func carried(_ row: FidelityRow, in text: [UInt8]) -> Fidelity {
        guard row.isWhole else { return .carried }
        return row.value.map { text.firstRange(of: $0) != nil } == true ? .carried : .changed
    }

    /// An event as `wire` sends it: a line, a binary message of the name that its one member has, or an event of SSE under the
    /// name that its `type` is.
    private static func framed(_ event: JSONValue, in wire: WireFormat) -> [UInt8] {
        if wire == .bedrockConverse {
            return event.members.flatMap { name, value in
                let payload = String(decoding: value.raw, as: UTF8.self)
                return name.hasSuffix("Exception")
                    ? EventStreamBytes.exception(name, payload) : EventStreamBytes.event(name, payload)
            }
        }
        guard wire != .ollamaChat else { return event.raw + Array("\n".utf8) }
        let name = event["type"]?.string.map { "event: \($0)\n" } ?? ""
        return Array("\(name)data: ".utf8) + event.raw + Array("\n\n".utf8)
    }

    var word: String {
        switch self {
        case .untouched: "untouched"
        case .carried, .changed: "carried"
        case .reported: "reported"
        case .refused: "refused"
        case .failure: "an error"
        case .lost: "-"
        }
    }
}

extension Dialect {
    /// Whether `wire` is this dialect, seen from the other side.
    func speaks(_ wire: WireFormat) -> Bool { (format as? any ConversationFormat.Type)?.ownWire == wire }
}

import GatewayTypes
import JSON

@testable import WireFormats

/// What becomes of a field on its way, found by trying: the same text with and without it is sent through the code that
/// serves requests.
enum Fidelity: Equatable {
    /// Caller and provider speak the same format: the bytes go on as they came.
    case untouched
    /// The provider's text differs by it.
    case carried
    /// Left out, and named to the caller.
    case reported
    /// 400, naming it.
    case refused
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
        let isNamed = with.dropped.contains { name in
            row.field == name || row.alias == name || row.field.hasPrefix(name + ".")
                || (name.hasPrefix(row.field + ".") && !without.dropped.contains(name))
        }
        if isNamed {
            self = .reported
        } else if with.body != without.body || with.path != without.path {
            self = dialect.speaks(wire) ? .untouched : .carried
        } else {
            self = .lost
        }
    }

    /// A field of a whole answer of an upstream that speaks `wire`, on its way to a caller.
    init(answer row: FidelityRow, from wire: WireFormat, to dialect: Dialect, asking request: ClientRequest) throws {
        func relay(_ body: [UInt8]) throws -> (text: [UInt8], summary: AnswerSummary) {
            var relay = try dialect.format.call(request, to: target(wire)).relay
            let text = try relay.whole(body)
            return (text, relay.summary)
        }
        let without = try relay(row.without)
        let with = try relay(row.with)
        // Named itself, or with what it is a part of.
        let isNamed = with.summary.leftOut != without.summary.leftOut
        if isNamed || (with.text == without.text && !with.summary.leftOut.isEmpty) {
            self = .reported
        } else if with.text != without.text {
            self = dialect.speaks(wire) ? .untouched : .carried
        } else if !with.summary.leftOut.isEmpty {
            self = .reported  // what it is a part of is named
        } else {
            self = .lost
        }
    }

    var word: String {
        switch self {
        case .untouched: "untouched"
        case .carried: "carried"
        case .reported: "reported"
        case .refused: "refused"
        case .lost: "-"
        }
    }
}

extension Dialect {
    /// Whether `wire` is this dialect, seen from the other side.
    func speaks(_ wire: WireFormat) -> Bool { (format as? any ConversationFormat.Type)?.ownWire == wire }
}

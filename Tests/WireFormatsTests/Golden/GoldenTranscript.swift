import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// All cases of one dialect and one wire format as a page that people read: `Tests/Golden/matrix/transcripts`.
///
/// Requests are a dialect's, answers a wire format's, so each is told once: every pair of the two is one page.
struct GoldenTranscript: Sendable, CustomTestStringConvertible {
    var front: ConversationFront
    var wire: WireFormat

    var testDescription: String { name }
    var name: String { "\(front.dialect.rawValue)-\(wire.rawValue)" }
    var path: String { "\(Self.root)/transcripts/\(name).txt" }

    private static let root = "Tests/Golden/matrix"
    static let all = ConversationFront.all.flatMap { front in
        WireFormat.conversing.map { GoldenTranscript(front: front, wire: $0) }
    }

    private static let endings = ["json", "sse", "ndjson", "events"]

    /// The text of the page, as the code says it now.
    func text() throws -> String {
        var lines = ["From \(front.dialect.rawValue) to \(wire.rawValue)"]
        for name in ["tools", "tools-stream", "citations", "stopped-stream", "error", "error-stream"] {
            guard let answer = file("answers/\(wire.rawValue)/\(name)", Self.endings) else { continue }
            lines += ["", "=== \(name) ==="]
            let isStream = name.hasSuffix("-stream")
            let plain = isStream ? "plain-stream" : "plain"
            let call = try call(name.hasPrefix("tools") ? name : plain)
            if name.hasPrefix("tools") {
                lines += ["--- the provider is asked", Self.readable(call.body)]
                if !call.dropped.isEmpty { lines += ["--- the caller is told that this was left out"] + call.dropped }
            }
            if name == "error" {
                lines += try error(answer)
            } else {
                lines.append("--- the caller gets")
                lines += try isStream ? stream(answer, call.relay) : [Self.readable(whole(answer, call.relay))]
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func call(_ request: String) throws -> UpstreamCall {
        let folder = "requests/\(front.dialect.rawValue)"
        let body = try #require(file("\(folder)/\(request)", ["json"]))
        var received = ReceivedRequest(body: body)
        if front.dialect == .gemini {
            let isStream = request.hasSuffix("-stream")
            received.path = "/models/name/m:\(isStream ? "streamGenerateContent" : "generateContent")"
            received.query = isStream ? "alt=sse" : nil
        }
        let asked = try front.dialect.format.understand(received)
        return try front.dialect.format.call(asked, to: target(wire, model: wire == .gemini ? "gemini-2.5-flash" : "m"))
    }

    private func whole(_ answer: [UInt8], _ relay: any AnswerRelay) throws -> [UInt8] {
        var relay = relay
        return try relay.whole(answer)
    }

    /// The stream, and where the provider failed in it what the caller is told then.
    private func stream(_ answer: [UInt8], _ relay: any AnswerRelay) -> [String] {
        var relay = relay
        var output: [UInt8] = []
        do throws(UpstreamFailure) {
            output += try relay.feed(wire.streamBytes(String(decoding: answer, as: UTF8.self)))
            output += try relay.finish()
        } catch {
            output += relay.pending()
            let told = GatewayError.upstream(error)
            output +=
                relay.streamError(told, requestID: "req-7")
                ?? front.dialect.format.streamError(told, requestID: "req-7")
        }
        let text = String(decoding: output, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).map { String($0) }
    }

    private func error(_ answer: [UInt8]) throws -> [String] {
        let told = try JSONValue.parse(answer)
        let failure = wire.failure(status: told["status"]?.int ?? 0, body: told["body"]?.raw ?? [])
        let error = GatewayError.upstream(failure)
        let wait = failure.retryAfter.map { ", retry after \($0)" } ?? ""
        return [
            "--- the caller gets status \(front.dialect.format.status(of: error))\(wait)",
            Self.readable(front.dialect.format.errorBody(error, requestID: "req-7")),
        ]
    }

    private func file(_ name: String, _ endings: [String]) -> [UInt8]? {
        for ending in endings {
            let bytes = ProjectFile.read("\(Self.root)/\(name).\(ending)")
            if !bytes.isEmpty { return bytes }
        }
        return nil
    }

    /// A member of the top level to a line.
    private static func readable(_ bytes: [UInt8]) -> String {
        guard let json = try? JSONValue.parse(bytes), json.kind == .object else {
            return String(decoding: bytes, as: UTF8.self)
        }
        let lines = json.members.map { "  \"\($0.key)\": \($0.value.compactText)" }
        return "{\n\(lines.joined(separator: ",\n"))\n}"
    }
}

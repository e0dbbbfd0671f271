import GatewayTypes
import JSON

@testable import WireFormats

/// One recorded answer, sent through every front, whole and streamed.
struct RecordedAnswer {
    private let conversation: RecordedConversation
    private let isWhole: Bool
    /// What its own format's reader makes of it.
    private let events: [ModelEvent]?

    init(_ conversation: RecordedConversation) {
        self.conversation = conversation
        isWhole = conversation.isWhole
        let read = try? conversation.wire.events(of: conversation.body, isStream: !isWhole)
        events = read.flatMap { UpstreamReading($0).finishes.isEmpty ? nil : $0 }
    }

    /// - Parameter count: takes a column and what is wrong there, if something is.
    func check(_ count: (String, String?) -> Void) {
        guard let events else {
            // An error inside a 200, a stream that was cut, an answer that goes on in the background.
            return count("Failures", failureFault())
        }
        for front in ConversationFront.all {
            let isOwn = front.wire == conversation.wire
            if isOwn, !isArray { count("Same bytes", sameBytesFault(front)) }
            for stream in [false, true] {
                // The same shape in the same format is bytes that pass.
                if isOwn, stream != isWhole { continue }
                let column = "\(front.name) \(stream ? "stream" : "whole")"
                count(column, fault(front, events, stream: stream))
            }
        }
    }

    private func fault(_ front: ConversationFront, _ events: [ModelEvent], stream: Bool) -> String? {
        let expected = UpstreamReading(events, in: front.dialect)
        let hasFailed = expected.finishes.values.contains { if case .error = $0 { true } else { false } }
        do {
            let output = try front.output(of: conversation.body, from: conversation.wire, stream: stream)
            var told: UpstreamReading
            do throws(UpstreamFailure) {
                told = UpstreamReading(try front.events(of: output, stream: stream), in: front.dialect)
            } catch {
                // A response that failed says so, and that is what its reader says.
                return hasFailed && front.dialect == .openAIResponses
                    ? nil : "what was written cannot be read: \(error)"
            }
            if expected.usage == nil { told.usage = nil }
            return told == expected ? nil : Self.difference(told, expected)
        } catch {
            return "\(error)"
        }
    }

    /// Gemini's way of streaming without server-sent events, which this gateway never asks for.
    private var isArray: Bool { conversation.body.first { $0 > 0x20 } == UInt8(ascii: "[") }

    /// The whole in one piece and in many: the same bytes come out that went in.
    private func sameBytesFault(_ front: ConversationFront) -> String? {
        do {
            for size in isWhole ? [0] : [Int.max, 61] {
                let output = try front.output(
                    of: conversation.body, from: conversation.wire, stream: !isWhole, pieces: size)
                guard output.starts(with: conversation.body) else { return "other bytes come out" }
                // Some compatible providers leave out the mark at the end, which OpenAI's clients wait for.
                let rest = output.dropFirst(conversation.body.count).filter { $0 > 0x20 }
                let isMark = front.dialect == .openAIChat && rest == Array("data:[DONE]".utf8)
                guard rest.isEmpty || isMark else { return "more bytes come out" }
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// No front may take it for a complete answer, but for its own format's, which passes a whole one as it is.
    private func failureFault() -> String? {
        for front in ConversationFront.all {
            guard
                let output = try? front.output(
                    of: conversation.body, from: conversation.wire, stream: !isWhole)
            else { continue }
            if front.wire == conversation.wire, isWhole, output == conversation.body { continue }
            return "\(front.name) takes it for a complete answer"
        }
        return nil
    }

    private static func difference(_ told: UpstreamReading, _ expected: UpstreamReading) -> String {
        var parts: [String] = []
        func note(_ name: String, _ told: String, _ expected: String) {
            guard told != expected else { return }
            parts.append("\(name): \(told.prefix(200)) and not \(expected.prefix(200))")
        }
        note("texts", "\(told.texts.sorted { $0.key < $1.key })", "\(expected.texts.sorted { $0.key < $1.key })")
        note("thinking", told.thinking, expected.thinking)
        note("seals", "\(told.signatures)", "\(expected.signatures)")
        note("calls", "\(told.calls)", "\(expected.calls)")
        note("finish", "\(told.finishes.sorted { $0.key < $1.key })", "\(expected.finishes.sorted { $0.key < $1.key })")
        note("usage", "\(told.usage.map { "\($0)" } ?? "none")", "\(expected.usage.map { "\($0)" } ?? "none")")
        return parts.joined(separator: "; ")
    }
}

public import GatewayTypes
internal import JSON

/// Carries answers of the Gemini API to a caller of the same format: each chunk goes on as it came, after it was checked and
/// read for what the ledger and the failover rules need. Chunks are asked for as server-sent events; a caller that wants an
/// array gets them in one.
public struct GeminiPassThrough: AnswerRelay {
    public private(set) var summary = AnswerSummary()
    private let framing: GeminiFraming
    private var writer: GeminiAnswerWriter
    private var decoder = SSEDecoder()
    private var scan = GeminiScan()
    private var ready: [UInt8] = []
    private var hasWritten = false

    init(_ request: ClientRequest, from target: UpstreamTarget) {
        framing = GeminiFraming(query: request.received.query)
        writer = GeminiAnswerWriter(request, from: target)
    }

    public mutating func feed(_ bytes: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        for record in try decoder.feed(bytes) { try pass(record) }
        return pending()
    }

    public mutating func pending() -> [UInt8] {
        let output = ready
        ready = []
        return output
    }

    public mutating func finish() throws(UpstreamFailure) -> [UInt8] {
        for record in decoder.finish() { try pass(record, isUnended: true) }
        guard scan.choices.areComplete else { throw .cutStream }
        return pending() + framing.end
    }

    public mutating func whole(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        if let answer = try? JSONValue.parse(body), answer.kind == .object {
            if let failure = GeminiFailure.inAnswer(answer) { throw failure }
            guard scan.read(answer, into: &summary) else { throw .noAnswer("it has no candidates") }
            return body
        }
        let stream = try AssembledStream(body, GeminiStreamReader.self)
        summary.brokenEvents = stream.brokenEvents
        for event in stream.events { summary.note(event) }
        return writer.whole(stream.events)
    }

    public mutating func streamError(_ error: GatewayError, requestID: String) -> [UInt8]? {
        framing.framed(Gemini.errorBody(error, requestID: requestID), isFirst: !hasWritten)
    }

    /// - Parameter isUnended: the stream ended before the record's blank line.
    private mutating func pass(_ record: StreamRecord, isUnended: Bool = false) throws(UpstreamFailure) {
        guard !record.data.isEmpty else {
            if framing == .events { ready += record.wire }
            return
        }
        guard let value = try? JSONValue.parse(record.data) else {
            if !record.data.elementsEqual("[DONE]".utf8) { summary.brokenEvents += 1 }
            return
        }
        // A whole answer, or an array of them, in the place of a stream has no field name before it.
        let isFramed = record.wire.count > record.data.count && value.kind == .object && !isUnended
        for chunk in value.kind == .array ? Array(value.elements) : [value] {
            guard chunk.kind == .object else {
                summary.brokenEvents += 1
                continue
            }
            if let failure = GeminiFailure.inAnswer(chunk) { throw failure }
            scan.read(chunk, into: &summary)
            if framing == .events, isFramed {
                ready += record.wire
            } else {
                ready += framing.framed(chunk.compactText.utf8, isFirst: !hasWritten)
            }
            hasWritten = true
        }
    }
}

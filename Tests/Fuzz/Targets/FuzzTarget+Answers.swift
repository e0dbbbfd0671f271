internal import GatewayTypes
internal import JSON
internal import WireFormats

/// What upstreams send, through the relays to every front.
extension FuzzTarget {
    private static let fronts: [Dialect] = [
        .openAIChat, .openAIResponses, .anthropicMessages, .gemini, .ollamaChat, .openAICompletions, .ollamaGenerate,
    ]

    static func answers(_ wire: WireFormat) -> FuzzTarget {
        FuzzTarget("answer-\(wire.rawValue)", seeds: seeds(wire, "tools.json", "citations.json")) { bytes in
            for front in fronts {
                guard var relay = relay(front, wire, stream: false) else { return "\(front.rawValue) cannot ask" }
                guard let output = try? relay.whole(bytes) else { continue }
                if front.ownsWire(wire) { continue }
                guard (try? JSONValue.parse(output)) != nil else { return "\(front.rawValue) is given no JSON" }
            }
            return nil
        }
    }

    static func streams(_ wire: WireFormat) -> FuzzTarget {
        let seeds = seeds(wire, "tools-stream", "stopped-stream", "error-stream").flatMap { name in
            ["sse", "ndjson", "events"].map { "\(name).\($0)" }
        }
        return FuzzTarget("stream-\(wire.rawValue)", seeds: seeds) { bytes in
            // The checksums of binary messages would refuse whatever is changed in them, so text is framed here.
            let stream = wire == .bedrockConverse ? BinaryMessages.framed(bytes) : bytes
            for front in fronts {
                guard let whole = told(front, wire, [stream]) else { return "\(front.rawValue) cannot ask" }
                let cuts = Cuts.of(stream)
                guard told(front, wire, cuts) == whole else {
                    return "\(front.rawValue) is told something else for pieces of \(cuts.map(\.count))"
                }
            }
            return nil
        }
    }

    /// What a caller gets for these pieces, and how it ended.
    private static func told(_ front: Dialect, _ wire: WireFormat, _ pieces: [[UInt8]]) -> [UInt8]? {
        guard var relay = relay(front, wire, stream: true) else { return nil }
        var output: [UInt8] = []
        do throws(UpstreamFailure) {
            for piece in pieces { output += try relay.feed(piece) }
            output += try relay.finish()
        } catch {
            output += relay.pending()
            let told = GatewayError.upstream(error)
            output += relay.streamError(told, requestID: "r") ?? front.format.streamError(told, requestID: "r")
        }
        return output
    }

    private static func relay(_ front: Dialect, _ wire: WireFormat, stream: Bool) -> (any AnswerRelay)? {
        guard let asked = try? front.format.understand(Questions.plain(front, stream: stream)) else { return nil }
        let target = UpstreamTarget(wire: wire, model: ModelConfiguration(name: "m"), answerID: "a", created: 7)
        return try? front.format.call(asked, to: target).relay
    }

    private static func seeds(_ wire: WireFormat, _ names: String...) -> [String] {
        names.map { "Tests/Golden/matrix/answers/\(wire.rawValue)/\($0)" }
    }

    /// Answers with an error status, of every format.
    static let failures = [
        FuzzTarget("failure", seeds: WireFormat.allCases.flatMap { seeds($0, "error.json") }) { bytes in
            for wire in WireFormat.allCases where wire.can(.conversation) {
                for status in [400, 401, 403, 404, 429, 500, 503] {
                    let failure = wire.failure(status: status, body: bytes)
                    if failure.message.isEmpty { return "\(wire.rawValue) says nothing" }
                    for front in fronts {
                        let error = GatewayError.upstream(failure)
                        let body = front.format.errorBody(error, requestID: "r")
                        guard (try? JSONValue.parse(body)) != nil else { return "\(front.rawValue) is given no JSON" }
                        let status = front.format.status(of: error)
                        guard (400...599).contains(status) else { return "\(front.rawValue) is given status \(status)" }
                    }
                }
            }
            return nil
        }
    ]
}

extension Dialect {
    /// Whether answers of this format pass as they are.
    fileprivate func ownsWire(_ wire: WireFormat) -> Bool { (format as? any ConversationFormat.Type)?.ownWire == wire }
}

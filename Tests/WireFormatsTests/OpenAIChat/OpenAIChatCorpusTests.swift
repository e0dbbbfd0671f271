import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite(
    "Recorded chat completions of real providers",
    .enabled(if: ChatCorpus.folder != nil, "no recorded traffic: set SWITCHYARD_CORPUS or put it at ../shared/corpus"))
struct OpenAIChatCorpusTests {
    /// Where a recording cannot survive, and why.
    static let misses = [
        "openai/chat-openai-dotnet-chatwithbasicaudiooutputasync-0-1b6a2a.json":
            "the recording's sanitizer took the choices out of most chunks, the finish reason with them",
        "snowflake/chat-pydantic-ai-test-snowflake-model-streaming-0-96363c.json":
            "the provider's streams have no finish reason; passed through with the quirk `endsWithoutReason`",
    ]

    @Test("Answers keep text, reasoning, calls, usage and finish through the common events")
    func translated() throws {
        var table = PassTable("translated")
        for exchange in answers {
            let isSame = try translates(exchange)
            table.count(exchange, isSame)
            #expect(isSame || Self.misses[exchange.path] != nil, "\(exchange.path)")
        }
        table.show()
        #expect(table.total > 200)
    }

    @Test("Answers pass through byte for byte, and their summary agrees with the events")
    func passedThrough() throws {
        var table = PassTable("passed through")
        for exchange in answers {
            let isSame = (try? passes(exchange)) ?? false
            table.count(exchange, isSame)
            #expect(isSame || Self.misses[exchange.path] != nil, "\(exchange.path)")
        }
        table.show()
    }

    @Test("Requests are understood and become conversations")
    func requests() throws {
        var table = PassTable("requests")
        for exchange in ChatCorpus.exchanges {
            guard let recorded = exchange.request else { continue }
            let body = try withModel(recorded)
            do {
                let request = try OpenAIChat.understand(body)
                let conversation = try OpenAIChat.conversation(request)
                let hasAll = conversation.messages.count == request.json["messages"]?.count
                table.count(exchange, hasAll)
                #expect(hasAll, "\(exchange.path)")
                let encoded = try OpenAIChatUpstream.encode(
                    conversation, model: ModelConfiguration(name: request.model))
                let again = try OpenAIChat.conversation(try OpenAIChat.understand(encoded.body))
                #expect(conversation.messages.count <= again.messages.count, "\(exchange.path)")
            } catch {
                table.count(exchange, false)
                Issue.record("\(exchange.path): \(error)")
            }
        }
        table.show()
    }

    @Test("Error bodies are classified")
    func errors() throws {
        for exchange in ChatCorpus.exchanges where exchange.status >= 400 {
            let failure = OpenAIChatUpstream.failure(status: exchange.status, body: exchange.response)
            let kinds = Self.kinds(exchange)
            #expect(kinds.contains(failure.kind), "\(exchange.path): \(failure.kind) \(failure.message)")
            #expect(!failure.message.isEmpty && failure.status == exchange.status)
        }
    }

    /// Azure names the model in the URL; a caller of the gateway names it in the body.
    private func withModel(_ body: [UInt8]) throws -> [UInt8] {
        let json = try JSONValue.parse(body)
        guard json["model"] == nil else { return body }
        var splice = JSONSplice(of: json)
        splice.set("model", of: json, to: Array("\"deployment\"".utf8))
        return splice.apply()
    }

    private static func kinds(_ exchange: ChatCorpus.Exchange) -> Set<UpstreamFailure.Kind> {
        if exchange.features.contains("context_length_exceeded") { return [.contextLength] }
        switch exchange.status {
        case 401: return [.authentication]
        case 403: return [.permission, .forbiddenRequest]
        case 404: return [.notFound]
        case 429: return [.rateLimit]
        case 500...: return [.server]
        default: return [.badRequest, .contextLength, .notFound]
        }
    }

    private var answers: [ChatCorpus.Exchange] {
        ChatCorpus.exchanges.filter { $0.status == 200 && !$0.features.contains("stream_error") }
    }

    private func translates(_ exchange: ChatCorpus.Exchange) throws -> Bool {
        var outputs: [[UInt8]] = []
        if exchange.isStream {
            for size in [exchange.response.count, 1, 61] {
                var relay = TranslatingRelay<OpenAIChatUpstream, OpenAIChat>(writer: writer)
                guard let output = try? stream(exchange.response, size, through: &relay) else { return false }
                guard relay.summary.brokenEvents == 0 else { return false }
                outputs.append(output)
            }
        } else {
            var relay = TranslatingRelay<OpenAIChatUpstream, OpenAIChat>(writer: writer)
            guard let output = try? relay.whole(exchange.response) else { return false }
            outputs.append(output)
        }
        guard outputs.allSatisfy({ $0 == outputs[0] }) else { return false }
        let source = try transcript(exchange.response, exchange).normalised(whole: !exchange.isStream)
        var result = try transcript(outputs[0], exchange).normalised(whole: !exchange.isStream)
        for (index, choice) in source.choices where choice.callIDs.isEmpty { result.choices[index]?.callIDs = [] }
        if source.cachedTokens == nil { result.cachedTokens = nil }
        if source.reasoningTokens == nil { result.reasoningTokens = nil }
        if source.model == nil { result.model = nil }
        if source != result { print("  differs: \(exchange.path)\n    \(source)\n    \(result)".prefix(2_000)) }
        return source == result
    }

    private func passes(_ exchange: ChatCorpus.Exchange) throws -> Bool {
        guard exchange.isStream else {
            var relay = ChatPassThrough(includeUsage: true)
            return try relay.whole(exchange.response) == exchange.response && relay.summary.finish != nil
        }
        for size in [exchange.response.count, 1, 61] {
            var relay = ChatPassThrough(includeUsage: true)
            let output = try stream(exchange.response, size, through: &relay)
            let hasMark = String(decoding: exchange.response.suffix(20), as: UTF8.self).contains("[DONE]")
            let expected = hasMark ? exchange.response : output
            guard output.starts(with: exchange.response), output == expected, relay.summary.brokenEvents == 0 else {
                return false
            }
            var translating = TranslatingRelay<OpenAIChatUpstream, OpenAIChat>(writer: writer)
            _ = try stream(exchange.response, size, through: &translating)
            guard translating.summary.usage == relay.summary.usage, translating.summary.finish == relay.summary.finish,
                translating.summary.hasFirstToken == relay.summary.hasFirstToken
            else { return false }
        }
        return true
    }

    private func stream(_ bytes: [UInt8], _ size: Int, through relay: inout some AnswerRelay) throws -> [UInt8] {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: max(1, size)) {
            output += try relay.feed(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        return output + (try relay.finish())
    }

    private func transcript(_ bytes: [UInt8], _ exchange: ChatCorpus.Exchange) throws -> ChatTranscript {
        exchange.isStream ? try ChatTranscript(stream: bytes) : try ChatTranscript(whole: bytes)
    }

    private var writer: ChatAnswerWriter { ChatAnswerWriter(includeUsage: true, model: "none", id: "none", created: 1) }
}

/// Counts passes by provider and prints them.
struct PassTable {
    private let title: String
    private var counts: [String: (passed: Int, total: Int)] = [:]

    init(_ title: String) { self.title = title }

    var total: Int { counts.values.reduce(0) { $0 + $1.total } }

    mutating func count(_ exchange: ChatCorpus.Exchange, _ passed: Bool) {
        let old = counts[exchange.provider] ?? (0, 0)
        counts[exchange.provider] = (old.passed + (passed ? 1 : 0), old.total + 1)
    }

    func show() {
        let rows = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.passed)/\($0.value.total)" }
        print("\(title): \(rows.joined(separator: ", "))")
    }
}

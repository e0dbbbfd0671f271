import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Gemini recorded traffic", .enabled(if: UpstreamRecordings.isPresent, "no corpus beside the package"))
struct GeminiCorpusTests {
    /// One recording under this endpoint's name holds the description of a cache, which is no answer.
    private static let all = UpstreamRecordings.all(["google", "vertex"], endpoint: "generatecontent").filter {
        !$0.body.starts(with: "{\n  \"name\": \"cachedContents/".utf8)
    }

    /// Calls that come in pieces need an assembler; GeminiPartialArguments' own tests and the acceptance tests read them.
    private static let answers = all.filter {
        $0.status == 200 && !String(decoding: $0.body, as: UTF8.self).contains("\"willContinue\"")
    }

    @Test("Answers, whole, streamed or in an array, read as they say", arguments: answers)
    func answer(recording: UpstreamRecordings.Recording) throws {
        let payloads = recording.isStream ? eventPayloads(recording.body) : [recording.body]
        let chunks = try payloads.flatMap { payload in
            let value = try JSONValue.parse(payload)
            return value.kind == .array ? Array(value.elements) : [value]
        }
        let (events, broken) = try readAll(GeminiStreamReader.self, payloads)
        #expect(broken == 0)
        var reading = UpstreamReading(events)
        let expected = Self.reading(of: chunks)
        for (index, call) in expected.calls.enumerated() where call.id == nil {
            #expect(reading.calls[index].id?.hasPrefix(GeneratedCallID.prefix) == true)
            reading.calls[index].id = nil
        }
        #expect(reading == expected)
        #expect(!reading.finishes.isEmpty || !chunks.contains { $0["candidates"] != nil })
        if chunks.count == 1 { #expect(try GeminiUpstream.events(of: chunks[0]) == events) }
    }

    @Test("Errors have the kind their status means", arguments: all.filter { $0.status >= 400 })
    func error(recording: UpstreamRecordings.Recording) {
        let failure = GeminiUpstream.failure(status: recording.status, body: recording.body)
        let possible: Set<UpstreamFailure.Kind> =
            switch recording.status {
            case 400: [.badRequest, .authentication]
            case 401, 403: [.authentication]
            case 404: [.notFound]
            default: [.rateLimit]
            }
        #expect(possible.contains(failure.kind))
        #expect(failure.status == recording.status && failure.code != nil)
    }

    private static func reading(of chunks: [JSONValue]) -> UpstreamReading {
        var reading = UpstreamReading()
        var reasons: [Int: String] = [:]
        var callers: Set<Int> = []
        for chunk in chunks {
            for candidate in chunk["candidates"]?.elements.map({ $0 }) ?? [] {
                let choice = candidate["index"]?.int ?? 0
                for part in candidate["content"]?["parts"]?.elements.map({ $0 }) ?? [] {
                    let signature = part["thoughtSignature"]?.string
                    if let call = part["functionCall"] {
                        callers.insert(choice)
                        reading.calls.append(
                            UpstreamReading.Call(
                                id: call["id"]?.string, name: call["name"]?.string ?? "",
                                arguments: call["args"]?.compactText ?? "{}", signature: signature))
                    } else if let text = part["text"]?.string {
                        if let signature { reading.signatures.append(signature) }
                        if part["thought"]?.bool == true {
                            reading.thinking += text
                        } else if text != "" {
                            reading.texts[choice, default: ""] += text
                        }
                    } else if let image = part["inlineData"], let data = image["data"]?.string,
                        let type = image["mimeType"]?.string
                    {
                        reading.texts[choice, default: ""] += "![image](data:\(type);base64,\(data))"
                    }
                    for type in ["executableCode", "codeExecutionResult", "toolCall", "toolResponse"]
                    where part[type] != nil { reading.leftOut.append(type) }
                }
                if let reason = candidate["finishReason"]?.string { reasons[choice] = reason }
            }
            if let counts = chunk["usageMetadata"], let prompt = counts["promptTokenCount"]?.int {
                let thoughts = counts["thoughtsTokenCount"]?.int
                var usage = Usage(
                    promptTokens: prompt + (counts["toolUsePromptTokenCount"]?.int ?? 0),
                    completionTokens: (counts["candidatesTokenCount"]?.int ?? 0) + (thoughts ?? 0),
                    cachedTokens: counts["cachedContentTokenCount"]?.int, reasoningTokens: thoughts)
                usage.promptAudioTokens = audio(counts["promptTokensDetails"])
                usage.completionAudioTokens = audio(counts["candidatesTokensDetails"])
                reading.usage = usage
                // The provider's own sum agrees with the conversion.
                if let total = counts["totalTokenCount"]?.int { #expect(usage.totalTokens == total) }
            }
        }
        for (choice, reason) in reasons {
            reading.finishes[choice] =
                switch reason {
                case "STOP": callers.contains(choice) ? .toolCalls : .stop
                case "MAX_TOKENS": .length
                case "SAFETY", "MODEL_ARMOR": .contentFilter
                case "OTHER", "NO_IMAGE": .other(reason)
                default: .error(reason)
                }
        }
        return reading
    }

    private static func audio(_ details: JSONValue?) -> Int? {
        details?.elements.first { $0["modality"]?.string == "AUDIO" }?["tokenCount"]?.int
    }
}

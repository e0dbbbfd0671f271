import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Gemini answers")
struct GeminiAnswerTests {
    @Test("Candidates, thoughts, signatures, calls, citations and usage become events")
    func whole() throws {
        let answer = try parsed(
            #"""
            {"responseId":"r1","modelVersion":"g","candidates":[
              {"index":0,"content":{"role":"model","parts":[{"text":"hm","thought":true},
                {"text":"Hi","thoughtSignature":"A+/=="},
                {"executableCode":{"language":"PYTHON","code":"1"}},{"codeExecutionResult":{"output":"1"}},
                {"functionCall":{"name":"f","args":{ "b": 1.0, "a": " x " }},"thoughtSignature":"B=="},
                {"functionCall":{"id":"n8","name":"g"}}]},
               "finishReason":"STOP","groundingMetadata":{"webSearchQueries":["q"]}},
              {"index":1,"content":{"parts":[{"text":"Two"}]},"finishReason":"MAX_TOKENS","groundingMetadata":{}}],
             "usageMetadata":{"promptTokenCount":10,"toolUsePromptTokenCount":3,"candidatesTokenCount":4,
               "thoughtsTokenCount":5,"cachedContentTokenCount":2}}
            """#)
        #expect(
            try GeminiUpstream.events(of: answer) == [
                .start(id: "r1", model: "g", created: nil), .thinking(choice: 0, "hm"),
                .thinkingSignature(choice: 0, "A+/=="), .text(choice: 0, "Hi"), .leftOut("executableCode"),
                .leftOut("codeExecutionResult"),
                .toolCall(choice: 0, index: 0, id: "call_gw_r1_0", name: "f", signature: "B=="),
                .toolArguments(choice: 0, index: 0, #"{"b":1.0,"a":" x "}"#),
                .toolCall(choice: 0, index: 1, id: "n8", name: "g", signature: nil),
                .toolArguments(choice: 0, index: 1, "{}"),
                .citations(choice: 0, RawJSON(#"[{"webSearchQueries":["q"]}]"#)), .finish(choice: 0, .toolCalls),
                .text(choice: 1, "Two"), .finish(choice: 1, .length),
                .usage(Usage(promptTokens: 13, completionTokens: 9, cachedTokens: 2, reasoningTokens: 5)),
            ])
    }

    @Test(
        "Finish reasons have their meaning",
        arguments: [
            ("STOP", FinishReason.stop), ("MAX_TOKENS", .length), ("SAFETY", .contentFilter),
            ("RECITATION", .contentFilter), ("BLOCKLIST", .contentFilter), ("PROHIBITED_CONTENT", .contentFilter),
            ("SPII", .contentFilter), ("MODEL_ARMOR", .contentFilter), ("IMAGE_SAFETY", .contentFilter),
            ("MALFORMED_FUNCTION_CALL", .error("MALFORMED_FUNCTION_CALL")),
            ("UNEXPECTED_TOOL_CALL", .error("UNEXPECTED_TOOL_CALL")), ("OTHER", .other("OTHER")),
            ("NO_IMAGE", .other("NO_IMAGE")),
        ])
    func finish(reason: String, expected: FinishReason) throws {
        let answer = try parsed(#"{"candidates":[{"finishReason":"\#(reason)"}]}"#)
        #expect(try GeminiUpstream.events(of: answer).last == .finish(choice: 0, expected))
    }

    @Test("A blocked prompt is a content filter; an answer of nothing is none")
    func blockedAndEmpty() throws {
        let blocked = try parsed(#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}}"#)
        #expect(
            try GeminiUpstream.events(of: blocked) == [
                .start(id: nil, model: nil, created: nil), .finish(choice: 0, .contentFilter),
                .usage(Usage(promptTokens: 3)),
            ])
        let empty = try parsed(#"{"usageMetadata":{"promptTokenCount":3}}"#)
        #expect { try GeminiUpstream.events(of: empty) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test("A stream counts calls over chunks, tells a repeated reason once, and keeps a late signature")
    func stream() throws {
        let events = try readAll(
            GeminiStreamReader.self,
            [
                #"{"responseId":"r","candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]}}],"usageMetadata":{"trafficType":"X"}}"#,
                #"{"responseId":"r","candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}"#,
                #"{"responseId":"r","candidates":[{"content":{"parts":[{"text":"","thoughtSignature":"S=="}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2}}"#,
                #"{"responseId":"r","candidates":[{"finishReason":"STOP"}]}"#,
            ])
        #expect(
            events == [
                .start(id: "r", model: nil, created: nil),
                .toolCall(choice: 0, index: 0, id: "call_gw_r_0", name: "f", signature: nil),
                .toolArguments(choice: 0, index: 0, "{}"),
                .toolCall(choice: 0, index: 1, id: "call_gw_r_1", name: "f", signature: nil),
                .toolArguments(choice: 0, index: 1, "{}"), .usage(Usage(promptTokens: 1, completionTokens: 1)),
                .thinkingSignature(choice: 0, "S=="), .finish(choice: 0, .toolCalls),
                .usage(Usage(promptTokens: 1, completionTokens: 2)),
            ])
    }

    @Test("A call that comes in pieces is one call with whole arguments, and a piece of no call is none")
    func partialCalls() throws {
        func chunk(_ call: String, _ more: String = "") -> String {
            #"{"responseId":"r","candidates":[{"content":{"parts":[{"functionCall":\#(call)}]}\#(more)}]}"#
        }
        let events = try readAll(
            GeminiStreamReader.self,
            [
                chunk("{}"), chunk(#"{"name":"f","willContinue":true}"#),
                chunk(
                    #"{"partialArgs":[{"jsonPath":"$.a","stringValue":"Bos","willContinue":true}],"willContinue":true}"#
                ),
                chunk(#"{"partialArgs":[{"jsonPath":"$.a","stringValue":"ton\""}],"willContinue":true}"#),
                chunk(#"{"partialArgs":[{"jsonPath":"$.b[1]['c d']","numberValue":1.50}],"willContinue":true}"#),
                chunk(
                    #"{"partialArgs":[{"jsonPath":"$.b[0]","boolValue":true},{"jsonPath":"$.n","nullValue":"NULL_VALUE"},{"jsonPath":"$..x","stringValue":"?"}],"willContinue":true}"#
                ),
                chunk("{}"), chunk("{}"), chunk(#"{"name":"g"}"#),
                chunk(#"{"name":"h","partialArgs":[{"jsonPath":"$.a","stringValue":"1"}],"willContinue":true}"#),
                chunk(#"{"name":"i","willContinue":true}"#, #","finishReason":"STOP""#),
            ])
        let calls = ["f", "g", "h", "i"].enumerated().map { index, name in
            ModelEvent.toolCall(choice: 0, index: index, id: "call_gw_r_\(index)", name: name, signature: nil)
        }
        #expect(
            events == [
                .start(id: "r", model: nil, created: nil), calls[0],
                .toolArguments(choice: 0, index: 0, #"{"a":"Boston\"","b":[true,{"c d":1.50}],"n":null}"#),
                calls[1], .toolArguments(choice: 0, index: 1, "{}"),
                calls[2], .toolArguments(choice: 0, index: 2, #"{"a":"1"}"#),
                calls[3], .toolArguments(choice: 0, index: 3, "{}"), .finish(choice: 0, .toolCalls),
            ])
    }

    @Test(
        "A path of names and positions is understood, any other is not",
        arguments: [
            ("$.a", 1), ("$.a.b[0]", 3), ("$['a.b'][\"c\\\"\"]", 2), ("$", nil), ("", nil), ("a", nil), ("$[0]", nil),
            ("$.a[*]", nil), ("$.a[-1]", nil), ("$.a[", nil), ("$['a", nil), ("$.", nil),
            ("$" + String(repeating: ".a", count: 65), nil),
        ] as [(String, Int?)])
    func argumentPath(text: String, depth: Int?) {
        #expect(GeminiArgumentPath(text)?.steps.count == depth)
    }

    @Test("Calls without ids get different ones in different answers, at most 40 bytes long")
    func generatedIDs() throws {
        func id(_ chunk: String) throws -> String? {
            for case .toolCall(_, _, let id, _, _) in try GeminiUpstream.events(of: parsed(chunk)) { return id }
            return nil
        }
        let call = #""candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}}}]}}]"#
        let ids = try [
            "{\(call)}", #"{\#(call),"usageMetadata":{"promptTokenCount":1}}"#, #"{"responseId":"a-b_9",\#(call)}"#,
            #"{"responseId":"0123456789012345678901234567890123456789",\#(call)}"#,
        ].map { try #require(try id($0)) }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count <= 40 && $0.hasPrefix(GeneratedCallID.prefix) })
        #expect(try id("{\(call)}") == ids[0])
    }

    @Test("Images become markdown, sound stays sound, other files are named as left out")
    func media() throws {
        let answer = try parsed(
            #"{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"AA=="}},{"inlineData":{"mimeType":"audio/L16","data":"BB=="}},{"inlineData":{"mimeType":"x/y","data":""}}]}}]}"#
        )
        #expect(
            try GeminiUpstream.events(of: answer).dropFirst() == [
                .text(choice: 0, "![image](data:image/png;base64,AA==)"),
                .audio(choice: 0, RawJSON(#"{"data":"BB=="}"#)), .leftOut("inlineData"),
            ])
    }

    @Test("Log probabilities take OpenAI's shape")
    func logprobs() throws {
        let answer = try parsed(
            #"{"candidates":[{"logprobsResult":{"chosenCandidates":[{"token":"é","logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"e","logProbability":-1}]}]}}]}"#
        )
        let expected =
            #"{"content":[{"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":[{"token":"e","logprob":-1,"bytes":[101]}]}]}"#
        #expect(try GeminiUpstream.events(of: answer).contains(.logprobs(choice: 0, RawJSON(expected))))
    }

    @Test("An error in place of a chunk ends the stream, alone or in an array")
    func streamError() throws {
        let error = #"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#
        let failure = UpstreamFailure(
            .overloaded, status: 503, message: "The model is overloaded.", code: "UNAVAILABLE")
        #expect(throws: failure) { try readAll(GeminiStreamReader.self, [error]) }
        #expect(throws: failure) { try readAll(GeminiStreamReader.self, ["[\(error)]"]) }
        #expect(GeminiUpstream.failure(status: 200, body: Array(error.utf8)) == failure)
        #expect(GeminiUpstream.failure(status: 503, body: Array("[\(error)]".utf8)) == failure)
        #expect(try readAll(GeminiStreamReader.self, [Array("{".utf8), Array("1".utf8)]).broken == 2)
    }

    private static let perMinute =
        #"[{"violations":[{"quotaId":"GenerateContentInputTokensPerModelPerMinute"}]},{"retryDelay":"48.5s"}]"#
    private static let perDay =
        #"[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"20s"}]"#

    @Test(
        "Failures are classified by status, details and words",
        arguments: [
            (400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "[]", "authentication", nil),
            (
                400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8).",
                "[]", "contextLength", nil
            ),
            (400, "INVALID_ARGUMENT", "Invalid value", "[]", "badRequest", nil),
            (
                400, "FAILED_PRECONDITION", "User location is not supported for the API use.", "[]", "forbiddenRequest",
                nil
            ),
            (401, "UNAUTHENTICATED", "no", "[]", "authentication", nil),
            (403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers", "[]", "authentication", nil),
            (403, "PERMISSION_DENIED", "denied", "[]", "permission", nil),
            (404, "NOT_FOUND", "models/x is not found", "[]", "notFound", nil),
            (
                429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", perMinute, "rateLimit",
                Duration.milliseconds(48_500)
            ),
            (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", perDay, "quota", .seconds(20)),
            (
                429, "RESOURCE_EXHAUSTED", "You exceeded your current quota. Please retry in 250ms.", "[]", "rateLimit",
                .milliseconds(250)
            ),
            (429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later.", "[]", "rateLimit", nil),
            (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan.", "[]", "quota", nil),
            (500, "INTERNAL", "oops", "[]", "server", nil), (503, "UNAVAILABLE", "busy", "[]", "overloaded", nil),
            (504, "DEADLINE_EXCEEDED", "late", "[]", "timeout", nil),
        ] as [(Int, String, String, String, String, Duration?)])
    func failure(status: Int, code: String, message: String, details: String, kind: String, wait: Duration?) {
        let body = #"{"error":{"code":\#(status),"message":"\#(message)","status":"\#(code)","details":\#(details)}}"#
        let failure = GeminiUpstream.failure(status: status, body: Array(body.utf8))
        #expect(failure.kind == UpstreamFailure.Kind(rawValue: kind))
        #expect(failure.retryAfter == wait)
        #expect(failure.code == code && failure.status == status && failure.message == message)
    }
}

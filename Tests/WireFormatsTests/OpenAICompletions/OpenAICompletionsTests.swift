import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Legacy completions")
struct OpenAICompletionsTests {
    private func request(_ members: String) throws(GatewayError) -> ClientRequest {
        try OpenAICompletions.understand(Array("{\"model\":\"m\",\(members)}".utf8))
    }

    private func writer(_ members: String) throws -> CompletionsAnswerWriter {
        CompletionsAnswerWriter(try request(members), from: target(.openAIChat))
    }

    private static let answer: [ModelEvent] = [
        .start(id: "x", model: "big", created: 9), .thinking(choice: 0, "hm"), .text(choice: 0, " upon"),
        .logprobs(
            choice: 0,
            RawJSON(
                #"{"content":[{"token":" upon","logprob":-0.5,"bytes":[],"top_logprobs":[{"token":" a","logprob":-1}]}]}"#
            )),
        .text(choice: 1, " in"), .text(choice: 0, " a"), .finish(choice: 1, .length), .finish(choice: 0, .stop),
        .usage(Usage(promptTokens: 3, completionTokens: 2)),
    ]

    @Test("The text becomes a user's turn, alone or as the only one of a list", arguments: [#""Once""#, #"["Once"]"#])
    func prompt(text: String) throws {
        let members = """
            "prompt":\(text),"max_tokens":5,"temperature":0.5,"top_p":0.25,"n":2,"best_of":2,"logprobs":3,"stop":"x","seed":1,
            "presence_penalty":0.5,"frequency_penalty":0.25,"logit_bias":{"5":1},"user":"u","stream":true,"suffix":""
            """
        let read = try OpenAICompletions.conversation(try request(members))
        #expect(read.messages == [Message(.user, [.text("Once")])])
        #expect(read.sampling.maxTokens == 5 && read.sampling.stop == ["x"] && read.sampling.seed == 1)
        #expect(read.sampling.temperature == 0.5 && read.sampling.topP == 0.25 && read.choiceCount == 2)
        #expect(read.logprobs == true && read.topLogprobs == 3 && read.user == "u" && read.stream)
        #expect(read.unknownFields.isEmpty)
    }

    @Test("What a conversation has no word for is named")
    func unknown() throws {
        let read = try OpenAICompletions.conversation(try request(#""prompt":"a","suffix":"z","best_of":3,"odd":1"#))
        #expect(read.unknownFields.sorted() == ["best_of", "odd", "suffix"])
    }

    @Test("Several texts and tokens are refused with what to do", arguments: [#"["a","b"]"#, "[1,2]", "[[1,2]]"])
    func refused(text: String) {
        #expect {
            _ = try OpenAICompletions.call(try request("\"prompt\":\(text)"), to: target(.openAIChat))
        } throws: { ($0 as? GatewayError)?.parameter == "prompt" && ($0 as? GatewayError)?.status == 400 }
    }

    @Test(
        "A wrong shape is named by its place",
        arguments: [
            (#""x":1"#, "prompt"), (#""prompt":5"#, "prompt"), (#""prompt":[]"#, "prompt"),
            (#""prompt":"a","max_tokens":0"#, "max_tokens"), (#""prompt":"a","n":0"#, "n"),
            (#""prompt":"a","best_of":21"#, "best_of"), (#""prompt":"a","logprobs":true"#, "logprobs"),
            (#""prompt":"a","echo":1"#, "echo"), (#""prompt":"a","suffix":1"#, "suffix"),
            (#""prompt":"a","stop":[1]"#, "stop"), (#""prompt":"a","temperature":"hot""#, "temperature"),
            (#""prompt":"a","stream_options":1"#, "stream_options"),
        ])
    func wrongShapes(members: String, place: String) {
        #expect { _ = try request(members) } throws: { ($0 as? GatewayError)?.parameter == place }
    }

    @Test("A whole answer has the texts of all choices in order")
    func whole() throws {
        var writer = try writer(#""prompt":"Once""#)
        let answer = writer.whole(Self.answer)
        #expect(
            String(decoding: answer, as: UTF8.self)
                == #"{"id":"x","object":"text_completion","created":9,"model":"big","choices":[{"text":" upon a","index":0,"logprobs":{"tokens":[" upon"],"token_logprobs":[-0.5],"top_logprobs":[{" a":-1.0}],"text_offset":[0]},"finish_reason":"stop"},{"text":" in","index":1,"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#
        )
    }

    @Test("A stream has pieces, an end for each choice, usage where it was asked for, and the end mark")
    func stream() throws {
        var writer = try writer(#""prompt":"Once","stream":true,"stream_options":{"include_usage":true}"#)
        let output = String(
            decoding: Self.answer.flatMap { writer.stream([$0]) } + writer.end(), as: UTF8.self)
        let lines = output.split(separator: "\n\n")
        #expect(lines.last == "data: [DONE]")
        let chunks = try lines.dropLast().map { try parsed(String($0.dropFirst(6))) }
        #expect(chunks.allSatisfy { $0["object"]?.string == "text_completion" && $0["id"]?.string == "x" })
        func texts(_ index: Int) -> String {
            chunks.compactMap { $0["choices"]?[0] }.filter { $0["index"]?.int == index }
                .compactMap { $0["text"]?.string }.joined()
        }
        #expect(texts(0) == " upon a" && texts(1) == " in")
        #expect(chunks.compactMap { $0["choices"]?[0]?["finish_reason"]?.string } == ["length", "stop"])
        #expect(chunks.compactMap { $0["usage"]?["total_tokens"]?.int } == [5])
        var quiet = try self.writer(#""prompt":"Once","stream":true"#)
        let unasked = String(decoding: quiet.stream(Self.answer) + quiet.end(), as: UTF8.self)
        #expect(!unasked.contains("usage"))
    }

    @Test("A text that ends where the model calls a tool is just an end: the schema has no other word")
    func callsEndTheText() throws {
        var writer = try writer(#""prompt":"Once","best_of":0"#)
        let answer = try JSONValue.parse(
            writer.whole([.text(choice: 0, "a"), .finish(choice: 0, .toolCalls), .usage(Usage())]))
        #expect(answer["choices"]?[0]?["finish_reason"]?.string == "stop")
    }

    @Test("A refusal of OpenAI's is no success")
    func refusal() throws {
        var writer = try writer(#""prompt":"q""#)
        let events = [ModelEvent.refusal(choice: 0, "I cannot."), .finish(choice: 0, .stop)]
        let choice = try #require(try JSONValue.parse(writer.whole(events))["choices"]?[0])
        #expect(choice["text"]?.string == "I cannot." && choice["finish_reason"]?.string == "content_filter")
    }

    @Test("The caller's text comes back before the answer where that is wanted")
    func echo() throws {
        var writer = try writer(#""prompt":"Once","echo":true"#)
        let answer = try JSONValue.parse(writer.whole(Self.answer))
        #expect(answer["choices"]?[0]?["text"]?.string == "Once upon a")
        #expect(answer["choices"]?[0]?["logprobs"]?["text_offset"]?[0]?.int == 4)
        var stream = try self.writer(#""prompt":"Once","echo":true,"stream":true"#)
        let first = stream.stream([.text(choice: 0, " upon")])
        #expect(String(decoding: first, as: UTF8.self).contains(#""text":"Once upon""#))
    }

    @Test("Whatever stands in any place of a request, nothing traps and what is sent is JSON")
    func oddValues() throws {
        let text = """
            {"model":"m","prompt":["a"],"suffix":"z","max_tokens":5,"n":1,"best_of":1,"logprobs":1,"echo":true,"stop":["x"],
            "seed":1,"temperature":0.5,"logit_bias":{"5":1},"stream":true,"stream_options":{"include_usage":true},"user":"u"}
            """
        for odd in OddValues(text: text) {
            do throws(GatewayError) {
                let asked = try OpenAICompletions.understand(Array(odd.utf8))
                let body = try OpenAICompletions.call(asked, to: target(.openAIChat)).body
                #expect(throws: Never.self, "\(odd)") { _ = try JSONValue.parse(body) }
            } catch {
                #expect((400...413).contains(error.status))
            }
        }
    }
}

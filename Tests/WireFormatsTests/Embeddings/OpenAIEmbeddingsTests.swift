import GatewayTypes
import JSON
import Testing

@testable import WireFormats

@Suite("Embeddings as OpenAI's clients ask for them")
struct OpenAIEmbeddingsTests {
    private static let two = #"{"model":"m","input":["a","b"]}"#
    /// 1.5, -2 and 0.25, 30 as little-endian 32-bit floats.
    private static let base64 = ["AADAPwAAAMA=", "AACAPgAA8EE="]

    @Test("Only the model's name differs on the way to a provider of the same shape")
    func passThrough() throws {
        let body = #"{ "input" : ["a"], "encoding_format":"base64","dimensions":3.0, "model":"m", "zz":[1.50] }"#
        let asked = try Asked(OpenAIEmbeddings.self, body, .openAIChat)
        #expect(asked.sentText == body.replacing("\"m\"", with: "\"up\""))
        #expect(asked.call.path == "/embeddings" && asked.call.dropped.isEmpty)
    }

    @Test("An answer in the encoding asked for goes on byte for byte", arguments: ["float", "base64"])
    func answerUntouched(encoding: String) throws {
        let vector = encoding == "float" ? "[ 0.10, -2e-1 ]" : #""AADAPw==""#
        let answer =
            #"{"data" : [{"embedding":\#(vector),"index":0}], "usage":{"total_tokens":3,"prompt_tokens":3},"x":1}"#
        let asked = try Asked(
            OpenAIEmbeddings.self, #"{"model":"m","input":"a","encoding_format":"\#(encoding)"}"#, .openAIChat)
        let (_, text, summary) = try asked.answer(answer)
        #expect(text == answer)
        #expect(summary.usage == Usage(promptTokens: 3) && summary.finish == .stop)
    }

    @Test("Every format's floats become what the caller asked for", arguments: embeddingAnswers.keys)
    func encodings(wire: WireFormat) throws {
        for encoding in [nil, "float", "base64"] {
            let field = encoding.map { #","encoding_format":"\#($0)""# } ?? ""
            let asked = try Asked(OpenAIEmbeddings.self, #"{"model":"m","input":["a","b"]\#(field)}"#, wire)
            let (json, _, summary) = try asked.answer(try #require(embeddingAnswers[wire]))
            let data = try #require(json["data"]).elements.sorted { $0["index"]!.int! < $1["index"]!.int! }
            #expect(json["object"]?.string ?? "list" == "list")
            if encoding == "base64" {
                #expect(data.map { $0["embedding"]?.string } == Self.base64)
            } else {
                #expect(
                    data.map { $0["embedding"].map { String(decoding: $0.raw, as: UTF8.self) } } == [
                        "[1.5,-2]", "[0.25,3e1]",
                    ])
            }
            #expect(json["usage"]?["prompt_tokens"]?.int == 9 && json["usage"]?["total_tokens"]?.int == 9)
            #expect(json["model"]?.string == (wire == .gemini || wire == .cohereChat ? "up" : "served"))
            #expect(summary.usage == Usage(promptTokens: 9))
        }
    }

    @Test("What a provider packs in its own way goes on as it is, and is no answer to callers of other shapes")
    func unasked() throws {
        let answer = #"{"data":[{"index":0,"embedding":"1/8A807U"}]}"#
        for field in ["", #","encoding_format":"base64_int8""#] {
            let asked = try Asked(OpenAIEmbeddings.self, #"{"model":"m","input":"a"\#(field)}"#, .openAIChat)
            #expect(try asked.answer(answer).text == answer)
        }
        let other = try Asked(CohereEmbed.self, #"{"model":"m","texts":["a"]}"#, .openAIChat)
        #expect { _ = try other.answer(answer) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test(
        "Floats become base64 to the bit",
        arguments: [
            ("0", 0), ("-0.0", 0x8000_0000), ("1", 0x3F80_0000), ("0.1", 0x3DCC_CCCD), ("1e-45", 1),
            ("16777217", 0x4B80_0000), ("1e300", 0x7F80_0000),
        ] as [(String, UInt32)])
    func bits(number: String, bits: UInt32) throws {
        let list = try JSONValue.parse(Array("[\(number)]".utf8))
        let text = try JSONValue.parse(try #require(EmbeddingVector(list)).written(.base64))
        let bytes = try #require(Base64.decode(text.string ?? ""))
        #expect(bytes == [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: bits >> $0) })
    }

    @Test(
        "Each format is asked in its own words",
        arguments: [
            (
                WireFormat.gemini,
                #"{"requests":[{"model":"models/up","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":5},{"model":"models/up","content":{"parts":[{"text":"b"}]},"taskType":"RETRIEVAL_QUERY","outputDimensionality":5}]}"#,
                "/models/up:batchEmbedContents", ["user", "zz"]
            ),
            (
                .ollamaChat, #"{"model":"up","input":["a","b"],"dimensions":5}"#, "/api/embed",
                ["input_type", "user", "zz"]
            ),
            (
                .cohereChat,
                #"{"model":"up","input_type":"search_query","texts":["a","b"],"embedding_types":["float"],"output_dimension":5}"#,
                "/embed", ["user", "zz"]
            ),
        ])
    func words(wire: WireFormat, body: String, path: String, dropped: [String]) throws {
        let asked = try Asked(
            OpenAIEmbeddings.self,
            #"{"model":"m","input":["a","b"],"dimensions":5,"user":"u","encoding_format":"base64","input_type":"query","zz":1}"#,
            wire)
        #expect(asked.sentText == body)
        #expect(asked.call.path == path && asked.call.dropped == dropped)
    }

    @Test("One text is one request to Gemini, and a purpose nobody knows is told as dropped")
    func single() throws {
        let asked = try Asked(OpenAIEmbeddings.self, #"{"model":"m","input":"a","input_type":"odd"}"#, .gemini)
        #expect(asked.call.path == "/models/up:embedContent" && asked.call.dropped == ["input_type"])
        #expect(asked.sentText == #"{"model":"models/up","content":{"parts":[{"text":"a"}]}}"#)
        let (json, _, summary) = try asked.answer(#"{"embedding":{"values":[1]}}"#)
        #expect(json["data"]?[0]?["embedding"]?[0]?.int == 1)
        #expect(summary.usage == nil && json["usage"]?["prompt_tokens"]?.int == 1)
    }

    @Test("Numbers of tokens are counted, and only formats that take them are asked")
    func tokens() throws {
        for (input, count) in [("[1,2,3]", 3), ("[[1,2],[3,4,5]]", 5)] {
            let asked = try OpenAIEmbeddings.understand(Array(#"{"model":"m","input":\#(input)}"#.utf8))
            #expect(asked.needs.promptTokens == count)
            #expect(asked.needs.wires == [.openAIChat] && asked.needs.operation == .embedding)
        }
        #expect(try OpenAIEmbeddings.understand(Array(Self.two.utf8)).needs.wires == nil)
    }

    @Test(
        "What is no request is refused by name",
        arguments: [
            (#"{"input":"a"}"#, "model"), (#"{"model":"","input":"a"}"#, "model"), (#"{"model":"m"}"#, "input"),
            (#"{"model":"m","input":""}"#, "input"), (#"{"model":"m","input":[]}"#, "input"),
            (#"{"model":"m","input":["a",1]}"#, "input[1]"), (#"{"model":"m","input":[[1],[]]}"#, "input[1]"),
            (#"{"model":"m","input":[1,"a"]}"#, "input"), (#"{"model":"m","input":[-1]}"#, "input"),
            (#"{"model":"m","input":"a","dimensions":0}"#, "dimensions"),
            (#"{"model":"m","input":"a","dimensions":"5"}"#, "dimensions"),
            (#"{"model":"m","input":"a","encoding_format":8}"#, "encoding_format"),
            (#"{"model":"m","input":"a","user":1}"#, "user"),
        ])
    func refused(body: String, field: String) {
        #expect {
            _ = try OpenAIEmbeddings.understand(Array(body.utf8))
        } throws: { ($0 as? GatewayError)?.parameter == field }
    }

    @Test(
        "What is no answer is none",
        arguments: [
            "", "[]", "{}", #"{"data":[]}"#, #"{"data":[{"index":0,"embedding":[1]}]}"#,
            #"{"data":[{"embedding":[1]},{"embedding":[]}]}"#, #"{"data":[{"embedding":["a"]},{"embedding":[1]}]}"#,
            #"{"data":[{"embedding":""},{"embedding":"A"}]}"#, "<html></html>",
        ])
    func noAnswer(body: String) throws {
        let asked = try Asked(OpenAIEmbeddings.self, Self.two, .openAIChat)
        #expect { _ = try asked.answer(body) } throws: { ($0 as? UpstreamFailure)?.kind == .badAnswer }
    }

    @Test("An error in the place of an answer is that error")
    func errorInside() throws {
        let asked = try Asked(OpenAIEmbeddings.self, Self.two, .openAIChat)
        #expect {
            _ = try asked.answer(#"{"error":{"message":"slow down","code":429}}"#)
        } throws: { ($0 as? UpstreamFailure)?.kind == .rateLimit }
    }
}

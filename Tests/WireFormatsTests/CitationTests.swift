import GatewayTypes
import JSON
import Testing

@testable import WireFormats

/// Pages that an answer cites: from every provider to every dialect that has a place for them.
@Suite("Cited pages")
struct CitationTests {
    /// An `é` stands before the words that are cited, so that bytes and characters are told apart.
    private static let text = "Café: open. Or not."

    private static let grounded = """
        {"candidates":[{"content":{"parts":[{"text":"\(text)"}]},"finishReason":"STOP","groundingMetadata":{
        "webSearchQueries":["q"],"groundingChunks":[{"web":{"uri":"https://a.example","title":"A"}},
        {"web":{"uri":"https://b.example","title":"B"}}],"groundingSupports":[{"segment":{"startIndex":7,"endIndex":12,
        "text":"open."},"groundingChunkIndices":[0]}]}}]}
        """

    /// The citation comes before the text that it is of, as it does from Anthropic.
    private static let searched = [
        #"{"type":"message_start","message":{"id":"m","model":"c"}}"#,
        #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Café: "}}"#,
        #"{"type":"content_block_stop","index":0}"#,
        #"{"type":"content_block_start","index":1,"content_block":{"type":"text","text":"","citations":[]}}"#,
        """
        {"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{"title":"A",
        "type":"web_search_result_location","url":"https://a.example","encrypted_index":"RQ==","cited_text":"We open."}}}
        """,
        #"{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"open."}}"#,
        #"{"type":"content_block_stop","index":1}"#,
        #"{"type":"content_block_start","index":2,"content_block":{"type":"text","text":" Or not."}}"#,
        #"{"type":"message_delta","delta":{"stop_reason":"end_turn"}}"#,
    ]

    private static func lists(_ events: [ModelEvent]) throws -> [JSONValue] {
        try events.flatMap { event in
            guard case .citations(_, let list) = event else { return [JSONValue]() }
            return try JSONValue.parse(list.bytes).elements.map(\.self)
        }
    }

    @Test(
        "A segment of Gemini's counts bytes, a citation characters; a page without a segment stands behind the answer")
    func gemini() throws {
        let found = try Self.lists(try GeminiUpstream.events(of: try parsed(Self.grounded)))
        let pages = found.compactMap { $0["url_citation"] }
        #expect(pages.map { $0["url"]?.string } == ["https://a.example", "https://b.example"])
        #expect(pages.map { $0["start_index"]?.int } == [6, 19] && pages.map { $0["end_index"]?.int } == [11, 19])
        #expect(found.last?["webSearchQueries"]?[0]?.string == "q", "what is the provider's own is kept")
    }

    @Test(
        "A segment that is not in the answer stands behind it",
        arguments: [
            #"{"endIndex":99}"#, #"{"startIndex":9,"endIndex":3}"#, #"{"startIndex":-1,"endIndex":3}"#,
            #"{"endIndex":-1}"#, "{}", "5",
        ])
    func segmentElsewhere(segment: String) throws {
        let answer = """
            {"candidates":[{"content":{"parts":[{"text":"Ja."}]},"groundingMetadata":{"groundingChunks":[
            {"web":{"uri":"https://a.example"}}],"groundingSupports":[{"segment":\(segment),"groundingChunkIndices":[0,7]}]}}]}
            """
        let pages = try Self.lists(try GeminiUpstream.events(of: try parsed(answer))).compactMap { $0["url_citation"] }
        #expect(pages.map { $0["start_index"]?.int } == [3] && pages.map { $0["end_index"]?.int } == [3])
    }

    @Test("A page that Anthropic cites stands behind the text of its block, in whichever order the two come")
    func anthropic() throws {
        let events = try readAll(AnthropicStreamReader.self, Self.searched)
        let page = try #require(try Self.lists(events).first?["url_citation"])
        #expect(page["start_index"]?.int == 6 && page["end_index"]?.int == 11)
        #expect(page["url"]?.string == "https://a.example" && page["content"]?.string == "We open.")
        let whole = """
            {"content":[{"type":"text","text":"Café: "},{"type":"text","text":"open.","citations":[
            {"type":"web_search_result_location","url":"https://a.example","title":"A","cited_text":"We open."},
            {"type":"char_location","cited_text":"x","document_index":0}]}],"stop_reason":"end_turn"}
            """
        let found = try Self.lists(try AnthropicMessagesUpstream.events(of: try parsed(whole)))
        #expect(found.compactMap { $0["url_citation"] }.map(\.compactText) == [page.compactText])
        #expect(found.compactMap { $0["type"]?.string } == ["char_location", "url_citation"])
    }

    @Test("A block without an end tells its pages with the end of the answer")
    func endless() throws {
        let events = try readAll(AnthropicStreamReader.self, Self.searched.filter { !$0.contains("block_stop") })
        #expect(try Self.lists(events).first?["url_citation"]?["url"]?.string == "https://a.example")
    }

    @Test("OpenAI's chat clients find pages in `annotations`, and beside them what is the provider's own")
    func chat() throws {
        var writer = ChatAnswerWriter(includeUsage: false, model: "m", id: "i", created: 5)
        let answer = try JSONValue.parse(writer.whole(try GeminiUpstream.events(of: try parsed(Self.grounded))))
        let message = try #require(answer["choices"]?[0]?["message"])
        #expect(message["annotations"]?.count == 2 && message["citations"]?.count == 1)
        #expect(message["annotations"]?[0]?["url_citation"]?["start_index"]?.int == 6)
    }

    @Test("Gemini's clients are told bytes, and the words themselves")
    func geminiFront() throws {
        var candidate = GeminiCandidate(index: 0, showsThoughts: true)
        for event in try readAll(AnthropicStreamReader.self, Self.searched) { candidate.add(event) }
        let written = try JSONValue.parse(JSONWriter.bytes { candidate.write(isLast: true, to: &$0) })
        #expect(
            written["groundingMetadata"]?["groundingSupports"]?[0]?["segment"]?.compactText
                == #"{"startIndex":7,"endIndex":12,"text":"open."}"#)
    }

    @Test("Indices that name one long page again and again do not make much of little")
    func repeatedPage() throws {
        let page = String(repeating: "a", count: 10_000)
        let indices = Array(repeating: "0", count: 10_000).joined(separator: ",")
        let grounding = """
            {"groundingChunks":[{"web":{"uri":"\(page)"}}],"groundingSupports":[{"groundingChunkIndices":[\(indices)]}]}
            """
        let list = JSONWriter.bytes { writer in
            writer.array { GeminiGroundedPages.write(try! parsed(grounding), in: [], to: &$0) }
        }
        #expect(list.count > 10_000 && list.count <= 17 * grounding.utf8.count)
    }

    @Test(
        "The words of a long place are not written with each citation of it",
        arguments: [(2_048, true), (2_049, false)])
    func longQuotes(length: Int, isQuoted: Bool) throws {
        let list = RawJSON(#"[{"url_citation":{"url":"https://a","start_index":1,"end_index":\#(length + 1)}}]"#)
        let text = Array(String(repeating: "é", count: length + 1).utf8)
        let written = try JSONValue.parse(
            JSONWriter.bytes { $0.object { GeminiGrounding([list], in: text).write(to: &$0) } })
        let segment = try #require(written["groundingMetadata"]?["groundingSupports"]?[0]?["segment"])
        #expect(segment["startIndex"]?.int == 2 && segment["endIndex"]?.int == 2 * length + 2)
        #expect((segment["text"] != nil) == isQuoted)
    }

    @Test("A block that begins where one has not ended leaves that one its words")
    func begunAnew() throws {
        let events = try readAll(
            AnthropicStreamReader.self,
            Self.searched.filter { !$0.contains("block_stop") }.map { $0.replacing(#""index":2"#, with: #""index":1"#) }
        )
        let page = try #require(try Self.lists(events).first?["url_citation"])
        #expect(page["start_index"]?.int == 6 && page["end_index"]?.int == 11)
    }

    @Test("Responses count from where a text begins, all others from where the answer does")
    func responsesTexts() throws {
        let answer = """
            {"id":"r","output":[{"type":"message","content":[{"type":"output_text","text":"Café: "}]},
            {"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"type":"message","content":[
            {"type":"refusal","refusal":"no"},{"type":"output_text","text":"open.","annotations":[
            {"type":"url_citation","url":"https://a.example","title":"A","start_index":1,"end_index":5}]}]}]}
            """
        let whole = try OpenAIResponsesUpstream.events(of: try parsed(answer))
        let streamed = try readAll(
            ResponsesStreamReader.self,
            [
                #"{"type":"response.output_text.delta","output_index":0,"delta":"Café: "}"#,
                #"{"type":"response.output_text.delta","output_index":2,"content_index":1,"delta":"op"}"#,
                #"{"type":"response.output_text.delta","output_index":2,"content_index":1,"delta":"en."}"#,
                """
                {"type":"response.output_text.annotation.added","output_index":2,"content_index":1,"annotation":
                {"type":"url_citation","url":"https://a.example","title":"A","start_index":1,"end_index":5}}
                """,
            ])
        for events in [whole, streamed] {
            let page = try #require(try Self.lists(events).first?["url_citation"])
            #expect(page["start_index"]?.int == 7 && page["end_index"]?.int == 11)
        }
        var writer = try responsesWriter()
        let written = try JSONValue.parse(writer.whole(whole))
        let annotation = written["output"]?[2]?["content"]?[1]?["annotations"]?[0]
        #expect(annotation?["start_index"]?.int == 1 && annotation?["end_index"]?.int == 5)
    }
}

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
}

import GatewayTypes
import HTTPTypes
import JSON
import Testing

@testable import WireFormats

/// Recorded embeddings, rankings, moderations, images and audio of many providers.
@Suite("Recorded answers besides conversations", .enabled(if: UpstreamRecordings.isPresent))
struct TaskCorpusTests {
    /// Recordings by the endings of their addresses, under the operation's path here.
    private static let places: [(ending: String, path: String, dialect: Dialect)] = [
        ("/embeddings", "/embeddings", .openAIEmbeddings), ("v1/rerank", "/rerank", .rerank),
        ("v2/rerank", "/rerank", .cohereRerank), ("v2/embed", "/embed", .cohereEmbed),
        ("/moderations", "/moderations", .openAIModerations),
        ("/images/generations", "/images/generations", .openAIImages),
        ("/images/edits", "/images/edits", .openAIImages), ("/images/variations", "/images/variations", .openAIImages),
        ("v1/audio/speech", "/audio/speech", .openAISpeech),
        ("v1/audio/transcriptions", "/audio/transcriptions", .openAITranscription),
        ("v1/audio/translations", "/audio/translations", .openAITranscription),
    ]

    /// Recorded answers that are none of their operation.
    private static let faulty = [
        "xai/images-prism-text-image-from-url-1-0-01dd59.json": "a chat answer, recorded under the path of images",
        "ollama/embeddings-openllmetry-test-ollama-embeddings-legacy-0-492532.json":
            "another operation of Ollama's own",
    ]

    private static let all = ["embeddings", "rerank", "moderation", "images", "speech", "transcription", "translation"]
        .flatMap { TaskRecording.all($0) }

    @Test("A recorded request is understood, and its recorded answer goes on byte for byte")
    func recorded() throws {
        var counts: [String: (passed: Int, all: Int)] = [:]
        for recording in Self.all where recording.status == 200 && Self.faulty[recording.file] == nil {
            let path = recording.url.split(separator: "?")[0]
            guard let place = Self.places.first(where: { path.hasSuffix($0.ending) }),
                let request = recording.request(path: place.path)
            else { continue }
            counts[place.path, default: (0, 0)].all += 1
            let asked = try place.dialect.format.understand(request)
            let wire: WireFormat =
                path.contains("/v2/") && place.path != "/audio/transcriptions" ? .cohereChat : .openAIChat
            let target = target(wire, model: asked.model == "default" ? "default" : asked.model)
            let call = try place.dialect.format.call(asked, to: target)
            if asked.json["model"] != nil || asked.form?.part("model") != nil {
                #expect(call.body == request.body, "\(recording.file)")
            }
            #expect(call.dropped.isEmpty)
            var relay = call.relay
            try relay.begin(contentType: recording.type)
            let output =
                asked.stream ? try relay.feed(recording.body) + relay.finish() : try relay.whole(recording.body)
            #expect(relay.summary.finish == .stop && relay.summary.hasFirstToken, "\(recording.file)")
            let isPacked = place.path == "/audio/speech" && recording.type.hasPrefix("application/json")
            #expect(isPacked ? output.starts(with: "ID3".utf8) : output == recording.body, "\(recording.file)")
            counts[place.path]?.passed += 1
        }
        for (path, count) in counts.sorted(by: { $0.key < $1.key }) {
            print("\(path): \(count.passed) of \(count.all)")
        }
        #expect(counts.values.reduce(0) { $0 + $1.all } >= 30)
    }

    @Test("Recorded vectors of every format become OpenAI's with the same numbers")
    func vectors() throws {
        var count = 0
        for recording in Self.all where recording.status == 200 {
            let wire: WireFormat? =
                recording.url.contains("mbedContent")
                ? .gemini
                : recording.url.hasSuffix("/api/embed")
                    ? .ollamaChat : recording.url.hasSuffix("v2/embed") ? .cohereChat : nil
            guard let wire, let upstream = wire.embeddings else { continue }
            let answer = try upstream.answer(try JSONValue.parse(recording.body))
            #expect(!answer.vectors.isEmpty, "\(recording.file)")
            let inputs = answer.vectors.map { _ in #""x""# }.joined(separator: ",")
            let asked = try Asked(OpenAIEmbeddings.self, #"{"model":"m","input":[\#(inputs)]}"#, wire)
            let (json, _, _) = try asked.answer(String(decoding: recording.body, as: UTF8.self))
            for (vector, item) in zip(answer.vectors, try #require(json["data"]).elements) {
                #expect(item["embedding"]?.raw == vector.written(.float))
            }
            count += 1
        }
        #expect(count >= 6)
    }

    @Test("Every recorded refusal has a kind and words for the caller")
    func refusals() {
        for recording in Self.all where recording.status >= 400 {
            let wire: WireFormat =
                recording.file.hasPrefix("google")
                ? .gemini : recording.file.hasPrefix("cohere") ? .cohereChat : .openAIChat
            let failure = wire.failure(status: recording.status, body: recording.body)
            #expect(!failure.message.isEmpty && failure.kind != .badAnswer, "\(recording.file)")
        }
    }
}

internal import EventLoop
internal import GatewayTypes
internal import JSON

/// The answers of the built-in provider `demo`, in OpenAI's chat format, so that a fresh node can answer without a key.
///
/// `echo` says the last user text again. `lorem` says 64 words, 20 ms apart in a stream; the request may carry
/// `demo: {words, interval_ms}`.
struct DemoAnswer: Sendable {
    private let loop: EventLoop
    private let model: String
    private let stream: Bool
    private let words: [String]
    private let interval: Duration
    private let promptTokens: Int
    private var position = 0
    private var isDone = false

    /// - Parameter body: a chat request as OpenAI's clients write it.
    init(_ model: String, _ body: [UInt8], promptTokens: Int, on loop: EventLoop) throws(UpstreamFailure) {
        guard let request = try? JSONValue.parse(body) else {
            throw UpstreamFailure(.badRequest, status: 400, message: "The demo provider takes chat requests.")
        }
        self.loop = loop
        self.model = model
        stream = request["stream"]?.bool == true
        self.promptTokens = promptTokens
        switch model {
        case "echo":
            words = Self.split(Self.lastUserText(request))
            interval = .zero
        case "lorem":
            let settings = request["demo"]
            let count = min(max(settings?["words"]?.int ?? 64, 0), 100_000)
            words = (0..<count).map { ($0 == 0 ? "" : " ") + Self.lorem[$0 % Self.lorem.count] }
            interval = .milliseconds(min(max(settings?["interval_ms"]?.int ?? 20, 0), 60_000))
        default:
            throw UpstreamFailure(.notFound, status: 404, message: "The demo provider offers 'echo' and 'lorem'.")
        }
    }

    /// The next piece of the body: the whole of it, or one event.
    mutating func next() async throws(UpstreamFailure) -> [UInt8]? {
        guard !isDone else { return nil }
        guard stream else {
            isDone = true
            return whole()
        }
        guard position < words.count else {
            isDone = true
            return event(content: nil, finish: true) + Array("data: [DONE]\n\n".utf8)
        }
        if position > 0, interval > .zero {
            do throws(CancellationError) { try await loop.sleep(for: interval) } catch {
                throw UpstreamFailure(.cancelled, message: "The client left.")
            }
        }
        defer { position += 1 }
        return event(content: words[position], finish: false)
    }

    private func whole() -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("id", "chatcmpl-demo")
            json.member("object", "chat.completion")
            json.member("created", 0)
            json.member("model", model)
            json.key("choices")
            json.array { json in
                json.object { json in
                    json.member("index", 0)
                    json.key("message")
                    json.object { json in
                        json.member("role", "assistant")
                        json.member("content", words.joined())
                        json.key("refusal")
                        json.null()
                    }
                    json.key("logprobs")
                    json.null()
                    json.member("finish_reason", "stop")
                }
            }
            write(usageTo: &json)
        }
        return json.bytes
    }

    private func event(content: String?, finish: Bool) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("id", "chatcmpl-demo")
            json.member("object", "chat.completion.chunk")
            json.member("created", 0)
            json.member("model", model)
            json.key("choices")
            json.array { json in
                json.object { json in
                    json.member("index", 0)
                    json.key("delta")
                    json.object { json in
                        if position == 0 { json.member("role", "assistant") }
                        if let content { json.member("content", content) }
                    }
                    json.key("finish_reason")
                    if finish { json.string("stop") } else { json.null() }
                }
            }
            if finish { write(usageTo: &json) }
        }
        return Array("data: ".utf8) + json.bytes + Array("\n\n".utf8)
    }

    private func write(usageTo json: inout JSONWriter) {
        json.key("usage")
        json.object { json in
            json.member("prompt_tokens", promptTokens)
            json.member("completion_tokens", words.count)
            json.member("total_tokens", promptTokens + words.count)
        }
    }

    private static func lastUserText(_ request: JSONValue) -> String {
        guard let messages = request["messages"] else { return "" }
        var text = ""
        for message in messages.elements where message["role"]?.string == "user" {
            guard let content = message["content"] else { continue }
            text = content.string ?? content.elements.compactMap { $0["text"]?.string }.joined(separator: "\n")
        }
        return text
    }

    /// Words with the blanks before them, so that they join to the same text.
    private static func split(_ text: String) -> [String] {
        var words: [String] = []
        var current = ""
        for character in text {
            if character == " ", !current.isEmpty, current != " " {
                words.append(current)
                current = ""
            }
            current.append(character)
        }
        return current.isEmpty ? words : words + [current]
    }

    private static let lorem = [
        "lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod", "tempor",
        "incididunt", "ut", "labore", "et", "dolore", "magna", "aliqua",
    ]
}

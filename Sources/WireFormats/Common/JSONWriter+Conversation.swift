internal import GatewayTypes
internal import JSON

extension JSONWriter {
    /// With room for what the conversation will be in any format: growing on the way would copy a megabyte of pictures
    /// twice, and hold half as much again that is never written.
    init(for conversation: Conversation) {
        let messages = conversation.messages.reduce(0) { $0 + 64 + Self.room(for: $1.content) }
        let tools = conversation.tools.reduce(0) {
            $0 + 128 + ($1.description?.utf8.count ?? 0) + ($1.parameters?.bytes.count ?? 0)
        }
        self.init(capacity: 1024 + messages + tools)
    }

    private static func room(for content: [ContentPart]) -> Int {
        content.reduce(0) { sum, part in
            switch part {
            // What has to be escaped takes more: a line end in every sixteen bytes of a text.
            case .text(let text), .refusal(let text): sum + 64 + text.utf8.count / 16 * 17
            case .image(let media, _), .audio(let media), .video(let media), .document(let media, _):
                sum + 96 + room(for: media)
            case .thinking(let thinking):
                sum + 128 + thinking.text.utf8.count + (thinking.signature ?? thinking.redacted ?? "").utf8.count
            case .toolCall(let call): sum + 192 + call.arguments.utf8.count / 8 * 9
            case .toolResult(let result): sum + 192 + room(for: result.content)
            }
        }
    }

    private static func room(for media: Media) -> Int {
        switch media {
        case .inline(_, let data): data.utf8.count
        case .url(let url, _): url.utf8.count
        case .file(let id, _): id.utf8.count
        }
    }
}

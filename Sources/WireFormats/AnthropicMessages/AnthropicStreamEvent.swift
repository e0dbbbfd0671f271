internal import JSON

/// What is read of every event of a stream, found in one walk over its members.
struct AnthropicStreamEvent {
    private(set) var type: JSONValue?
    private(set) var index: JSONValue?
    private(set) var delta: JSONValue?
    private(set) var contentBlock: JSONValue?
    private(set) var message: JSONValue?
    private(set) var usage: JSONValue?
    private(set) var error: JSONValue?

    init(_ event: JSONValue) {
        event.eachMember { key, value in
            switch key {
            case "type": type = value
            case "index": index = value
            case "delta": delta = value
            case "content_block": contentBlock = value
            case "message": message = value
            case "usage": usage = value
            case "error": error = value
            default: break
            }
        }
    }
}

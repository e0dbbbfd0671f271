internal import JSON

/// What is read of every chunk that passes through, found in one walk over its members.
struct ChatChunk {
    private(set) var error: JSONValue?
    private(set) var object: JSONValue?
    private(set) var model: JSONValue?
    private(set) var choices: JSONValue?
    private(set) var usage: JSONValue?
    private(set) var groq: JSONValue?

    init(_ chunk: JSONValue) {
        chunk.eachMember { key, value in
            switch key {
            case "choices": choices = value
            case "usage": usage = value
            case "error": error = value
            case "object": object = value
            case "model": model = value
            case "x_groq": groq = value
            default: break
            }
        }
    }
}

/// What is read of every choice of such a chunk.
struct ChatChunkChoice {
    private(set) var index: JSONValue?
    private(set) var delta: JSONValue?
    private(set) var message: JSONValue?
    private(set) var finishReason: JSONValue?
    private(set) var nativeFinishReason: JSONValue?

    init(_ choice: JSONValue) {
        choice.eachMember { key, value in
            switch key {
            case "delta": delta = value
            case "index": index = value
            case "finish_reason": finishReason = value
            case "message": message = value
            case "native_finish_reason": nativeFinishReason = value
            default: break
            }
        }
    }
}

internal import JSON

/// What is read of every chunk of an answer, found in one walk over its members.
struct GeminiChunk {
    private(set) var candidates: JSONValue?
    private(set) var promptFeedback: JSONValue?
    private(set) var usage: JSONValue?
    private(set) var responseID: JSONValue?
    private(set) var modelVersion: JSONValue?

    init(_ chunk: JSONValue) {
        chunk.eachMember { key, value in
            switch key {
            case "candidates": candidates = value
            case "usageMetadata": usage = value
            case "responseId": responseID = value
            case "modelVersion": modelVersion = value
            case "promptFeedback": promptFeedback = value
            default: break
            }
        }
    }
}

/// What is read of every part of a candidate's content.
struct GeminiChunkPart {
    private(set) var text: JSONValue?
    private(set) var thought: JSONValue?
    private(set) var signature: JSONValue?
    private(set) var call: JSONValue?
    private(set) var media: JSONValue?
    /// What no caller can be told, by its name: above all what the provider's own tools said.
    private(set) var ownBlocks: [String] = []

    init(_ part: JSONValue) {
        part.eachMember { key, value in
            switch key {
            case "text": text = value
            case "thought": thought = value
            case "thoughtSignature": signature = value
            case "functionCall": call = value
            case "inlineData": media = value
            case "executableCode": ownBlocks.append("executableCode")
            case "codeExecutionResult": ownBlocks.append("codeExecutionResult")
            case "toolCall": ownBlocks.append("toolCall")
            case "toolResponse": ownBlocks.append("toolResponse")
            case "fileData": ownBlocks.append("fileData")
            case "functionResponse": ownBlocks.append("functionResponse")
            default: break
            }
        }
    }
}

internal import GatewayTypes
internal import JSON

/// Reads `systemInstruction` and `contents`.
///
/// A stream's chunks often come back as a turn each, so the model's turns in a row are read as one. Results name their call
/// by id, or by the function's name, or come in the order of the calls.
struct GeminiContentReader {
    private(set) var unknown = UnknownFields()
    private var unanswered: [(id: String, name: String)] = []
    private var namelessCalls = 0
    /// Thoughts whose signature, if they have one, is still to come.
    private var thoughts = ""

    mutating func read(_ json: JSONValue) -> [Message] {
        var messages: [Message] = []
        if let system = json.field("systemInstruction") {
            let parts = system.list("parts").compactMap { $0.field("text")?.string }.filter { !$0.isEmpty }
            if !parts.isEmpty { messages.append(Message(.system, parts.map { .text($0) })) }
            for part in system.list("parts") { note(part.fields, besides: ["text"], under: "systemInstruction.parts") }
            note(system.fields, besides: ["parts", "role"], under: "systemInstruction")
        }
        for content in json.list("contents") {
            switch content.field("role")?.string {
            case "model": readModel(content, into: &messages)
            case "system":
                closeTurn(&messages)
                messages.append(Message(.system, content.list("parts").flatMap { readPart($0, isModel: false) }))
            default:
                closeTurn(&messages)
                readUser(content, into: &messages)
            }
            for (name, _) in content.fields where name != "role" && name != "parts" { unknown.add("contents.\(name)") }
        }
        closeTurn(&messages)
        return messages
    }

    private mutating func readModel(_ content: JSONValue, into messages: inout [Message]) {
        var parts: [ContentPart] = []
        for part in content.list("parts") { parts += readPart(part, isModel: true) }
        if messages.last?.role == .assistant {
            messages[messages.count - 1].content += parts
        } else {
            messages.append(Message(.assistant, parts))
        }
    }

    /// Thoughts that no signature followed end with their turn.
    private mutating func closeTurn(_ messages: inout [Message]) {
        guard !thoughts.isEmpty, messages.last?.role == .assistant else { return }
        messages[messages.count - 1].content += takeThoughts(signature: nil)
    }

    /// A turn of the tools and one of the user.
    private mutating func readUser(_ content: JSONValue, into messages: inout [Message]) {
        var results: [ContentPart] = []
        var said: [ContentPart] = []
        for part in content.list("parts") {
            for read in readPart(part, isModel: false) {
                if case .toolResult = read { results.append(read) } else { said.append(read) }
            }
        }
        if !results.isEmpty { messages.append(Message(.tool, results)) }
        if !said.isEmpty || results.isEmpty { messages.append(Message(.user, said)) }
    }

    // MARK: - Parts

    private static let knownMembers: Set<String> = [
        "text", "thought", "thoughtSignature", "inlineData", "fileData", "functionCall", "functionResponse",
    ]

    private mutating func note(
        _ fields: [(name: String, value: JSONValue)], besides known: Set<String>, under place: String
    ) {
        for (name, _) in fields where !known.contains(name) { unknown.add("\(place).\(name)") }
    }

    private mutating func readPart(
        _ part: JSONValue, isModel: Bool, under place: String = "contents.parts"
    ) -> [ContentPart] {
        note(part.fields, besides: Self.knownMembers, under: place)
        let signature = part.field("thoughtSignature")?.string.map { GeminiThoughtSignature($0) }
        let text = part.field("text")?.string ?? ""
        if isModel, part.field("thought")?.bool == true {
            thoughts += text
            return signature.map { close($0) } ?? []
        }
        var parts: [ContentPart] = []
        if isModel, let signature {
            parts += close(signature, isCall: part.field("functionCall") != nil)
        }
        if text.isEmpty, part.field("text") != nil { return parts }
        if isModel { parts += takeThoughts(signature: nil) }
        if !text.isEmpty { parts.append(.text(text)) }
        if let blob = part.field("inlineData") { parts += inline(blob, under: "\(place).inlineData") }
        if let file = part.field("fileData") { parts += located(file, under: "\(place).fileData") }
        if let call = part.field("functionCall") { parts.append(read(call: call, signature: signature)) }
        if let result = part.field("functionResponse") { parts.append(read(result: result)) }
        return parts
    }

    /// The thinking that a signature ends. One of Gemini's own says nothing to the providers this form is written for,
    /// but beside a call: there Google's OpenAI-compatible endpoint takes it back.
    private mutating func close(_ signature: GeminiThoughtSignature, isCall: Bool = false) -> [ContentPart] {
        switch signature {
        case .own:
            if !isCall { unknown.add("contents.parts.thoughtSignature") }
            return takeThoughts(signature: nil)
        case .call: return takeThoughts(signature: nil)
        case .thinking(let text): return [.thinking(Thinking(text: take(), signature: text))]
        case .hiddenThinking(let hidden, let text):
            return takeThoughts(signature: nil) + [.thinking(Thinking(text: hidden, signature: text))]
        case .redacted(let data):
            return takeThoughts(signature: nil) + [.thinking(Thinking(text: "", redacted: data))]
        }
    }

    private mutating func takeThoughts(signature: String?) -> [ContentPart] {
        thoughts.isEmpty ? [] : [.thinking(Thinking(text: take(), signature: signature))]
    }

    private mutating func take() -> String {
        defer { thoughts = "" }
        return thoughts
    }

    private mutating func inline(_ blob: JSONValue, under place: String) -> [ContentPart] {
        note(blob.fields, besides: ["mimeType", "data", "displayName"], under: place)
        let type = blob.field("mimeType")?.string ?? "application/octet-stream"
        let data = Base64.standard(blob.field("data")?.string ?? "")
        let name = blob.field("displayName")?.string
        return [part(.inline(type: type, data: data), type: type, name: name, under: place)]
    }

    private mutating func located(_ file: JSONValue, under place: String) -> [ContentPart] {
        note(file.fields, besides: ["mimeType", "fileUri", "displayName"], under: place)
        let uri = file.field("fileUri")?.string ?? ""
        let type = file.field("mimeType")?.string ?? GeminiMediaType.guess(uri) ?? Self.filmType(uri)
        let isKept = GeminiFile.isKept(uri) || !uri.isWebAddress
        let media: Media = isKept ? .file(id: uri, keptBy: .google) : .url(uri, type: type)
        return [part(media, type: type ?? "", name: file.field("displayName")?.string, under: place)]
    }

    private static func filmType(_ uri: String) -> String? {
        ["https://www.youtube.com/", "https://youtu.be/"].contains(where: uri.hasPrefix) ? "video/*" : nil
    }

    /// Documents alone have names.
    private mutating func part(_ media: Media, type: String, name: String?, under place: String) -> ContentPart {
        let isDocument = !["image/", "audio/", "video/"].contains(where: type.hasPrefix)
        if name != nil, !isDocument { unknown.add("\(place).displayName") }
        if type.hasPrefix("image/") { return .image(media, detail: nil) }
        if type.hasPrefix("audio/") { return .audio(media) }
        if type.hasPrefix("video/") { return .video(media) }
        return .document(media, name: name)
    }

    // MARK: - Calls

    private mutating func read(call: JSONValue, signature: GeminiThoughtSignature?) -> ContentPart {
        let name = call.field("name")?.string ?? ""
        for (key, _) in call.fields where !["id", "name", "args"].contains(key) {
            unknown.add("contents.parts.functionCall.\(key)")
        }
        namelessCalls += 1
        let own = call.field("id")?.string.flatMap { $0.isEmpty ? nil : $0 }
        let id = own ?? GeneratedCallID.make(answer: "turn", choice: 0, index: namelessCalls)
        unanswered.append((id, name))
        var kept: String?
        switch signature {
        case .own(let text), .call(let text): kept = text
        case .thinking, .hiddenThinking, .redacted, nil: kept = nil
        }
        let arguments = call.field("args")?.compactText ?? "{}"
        return .toolCall(ToolCall(id: id, name: name, arguments: arguments, signature: kept))
    }

    private mutating func read(result: JSONValue) -> ContentPart {
        let name = result.field("name")?.string ?? ""
        let asked = result.field("id")?.string.flatMap { $0.isEmpty ? nil : $0 }
        for (key, _) in result.fields where !["id", "name", "response", "parts"].contains(key) {
            unknown.add("contents.parts.functionResponse.\(key)")
        }
        let place =
            unanswered.firstIndex { $0.id == asked } ?? unanswered.firstIndex { asked == nil && $0.name == name }
        let id = place.map { unanswered.remove(at: $0).id } ?? asked ?? name
        let (text, isError) = Self.text(of: result.field("response"))
        var content: [ContentPart] = [.text(text)]
        for part in result.list("parts") {
            content += readPart(part, isModel: false, under: "contents.parts.functionResponse.parts")
        }
        return .toolResult(ToolResult(callID: id, name: name, content: content, isError: isError))
    }

    /// The API wants an object: `output` and `error` are its documented keys for what is none.
    private static func text(of response: JSONValue?) -> (String, isError: Bool) {
        guard let response else { return ("", false) }
        if response.count == 1 {
            for (key, isError) in [("output", false), ("error", true)] {
                guard let value = response[key] else { continue }
                return (value.string ?? value.compactText, isError)
            }
        }
        return (response.compactText, false)
    }
}

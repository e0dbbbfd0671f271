import GatewayTypes
import JSON

@testable import WireFormats

/// A recorded refusal, told to the callers of every dialect.
enum RecordedError {
    /// What is wrong with it, if something is.
    static func fault(_ recording: UpstreamRecordings.Recording, wire: WireFormat) -> String? {
        let failure = wire.failure(status: recording.status, body: recording.body)
        guard failure.status == recording.status, !failure.message.isEmpty, failure.kind != .badAnswer else {
            return "classified as \(failure.kind) with the message '\(failure.message)'"
        }
        let error = GatewayError.upstream(failure)
        for front in ConversationFront.all {
            if let fault = ErrorTelling(front.dialect, error).fault { return "\(front.name): \(fault)" }
        }
        return nil
    }
}

/// An error as a dialect tells it, checked against the shape that the dialect's clients expect.
struct ErrorTelling {
    private let dialect: Dialect
    private let error: GatewayError

    init(_ dialect: Dialect, _ error: GatewayError) {
        self.dialect = dialect
        self.error = error
    }

    var status: Int { dialect.format.status(of: error) }

    /// The body of an answer.
    var body: JSONValue? { try? JSONValue.parse(dialect.format.errorBody(error, requestID: "r")) }

    /// The message in the body.
    var message: String? { body.flatMap { $0["error"]?.string ?? $0["error"]?["message"]?.string } }

    /// Status, code and type in the dialect's words.
    var words: String {
        let told = body?["error"]
        switch dialect {
        case .anthropicMessages: return told?["type"]?.string ?? ""
        case .gemini: return "\(told?["code"]?.int ?? 0) \(told?["status"]?.string ?? "")"
        case .ollamaChat: return told?.string == nil ? "" : "text"
        default: return "\(told?["type"]?.string ?? "") \(told?["code"]?.string ?? "-")"
        }
    }

    /// The provider's own code, where the dialect has a place for it that clients do not switch on.
    var providerCode: String? {
        let told = body?["error"]
        return (dialect == .gemini ? told?["details"]?[0]?["metadata"] : told)?["provider_code"]?.string
    }

    /// What a client of the dialect would stumble over, if there is something.
    var fault: String? {
        guard (400...599).contains(status) else { return "the status is \(status)" }
        guard let body, let message, !message.isEmpty else { return "no message" }
        guard message.contains(error.message) || error.message.contains(message) else { return "another message" }
        let told = body["error"]
        switch dialect {
        case .anthropicMessages:
            guard body["type"]?.string == "error", told?["type"]?.string?.isEmpty == false else { return "no type" }
        case .gemini:
            guard told?["code"]?.int == status, told?["status"]?.string?.isEmpty == false else { return "no code" }
        case .ollamaChat: break
        default:
            for key in ["message", "type", "param", "code"] where told?[key] == nil { return "no member '\(key)'" }
        }
        return streamFault(message)
    }

    /// The same inside a stream that has begun.
    private func streamFault(_ message: String) -> String? {
        let record = dialect.format.streamError(error, requestID: "r")
        let text = String(decoding: record, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { String($0) }
        let data =
            dialect == .ollamaChat
            ? lines.first : lines.first { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
        guard let data, let json = try? JSONValue.parse(Array(data.utf8)) else { return "no record in a stream" }
        let told = json["error"]?.string ?? json["error"]?["message"]?.string ?? json["message"]?.string
        guard told == message else { return "another message in a stream" }
        if dialect == .anthropicMessages, lines.first != "event: error" { return "no event name in a stream" }
        return nil
    }
}

import GatewayTypes
import JSON

@testable import WireFormats

/// What becomes of recorded conversations: how many passed by provider and column, and why others did not.
struct RecordedTraffic {
    struct Count: Equatable {
        var passed = 0
        var total = 0
    }

    struct Miss {
        var file: String
        var column: String
        /// What was wrong.
        var fault: String

        var provider: String { String(file.prefix { $0 != "/" }) }
    }

    static let columns =
        ["Requests", "Same bytes"]
        + ConversationFront.all.flatMap { ["\($0.name) whole", "\($0.name) stream"] } + ["Failures", "Errors"]

    private(set) var counts: [String: [String: Count]] = [:]
    private(set) var misses: [Miss] = []
    /// Exchanges by provider.
    private(set) var exchanges: [String: Int] = [:]
    /// Exchanges of other operations, by the operation's name.
    private(set) var others: [String: Int] = [:]

    /// Run once for all tests that ask.
    static let result: RecordedTraffic = {
        var traffic = RecordedTraffic()
        for recording in UpstreamRecordings.everything { traffic.add(recording) }
        return traffic
    }()

    private mutating func add(_ recording: UpstreamRecordings.Recording) {
        let provider = String(recording.file.prefix { $0 != "/" })
        exchanges[provider, default: 0] += 1
        let conversation = RecordedConversation(recording)
        if conversation == nil { others[recording.endpoint, default: 0] += 1 }
        if recording.status >= 400 {
            let wire = conversation?.wire ?? Self.wire(ofErrorsFrom: provider)
            count(recording.file, "Errors", RecordedError.fault(recording, wire: wire))
        }
        guard let conversation else { return }
        if let front = ConversationFront.all.first(where: { $0.wire == conversation.wire }) {
            if let fault = requestFault(conversation, front) { count(conversation.file, "Requests", fault.text) }
        }
        guard recording.status == 200 else { return }
        RecordedAnswer(conversation).check { count(conversation.file, $0, $1) }
    }

    private static func wire(ofErrorsFrom provider: String) -> WireFormat {
        switch provider {
        case "google", "vertex": .gemini
        case "anthropic": .anthropicMessages
        case "bedrock": .bedrockConverse
        case "cohere": .cohereChat
        case "ollama": .ollamaChat
        default: .openAIChat
        }
    }

    private mutating func count(_ file: String, _ column: String, _ fault: String?) {
        let provider = String(file.prefix { $0 != "/" })
        counts[provider, default: [:]][column, default: Count()].total += 1
        if let fault {
            misses.append(Miss(file: file, column: column, fault: fault))
        } else {
            counts[provider]?[column]?.passed += 1
        }
    }

    /// A fault, or that there is none; `nil` outside where no request was recorded.
    private struct Verdict { var text: String? }

    /// The request is accepted, goes on to its own format byte for byte, and to every other format or is refused for a field
    /// that the error names.
    private func requestFault(_ conversation: RecordedConversation, _ front: ConversationFront) -> Verdict? {
        do {
            guard let received = try conversation.request(to: front) else { return nil }
            let asked = try front.dialect.format.understand(received)
            let same = try front.dialect.format.call(asked, to: target(front.wire, model: asked.model))
            guard Self.isSame(same.body, received.body) || conversation.recording.status != 200 else {
                return Verdict(text: "its own provider does not get the same bytes")
            }
            for wire in WireFormat.conversing where wire != front.wire {
                do throws(GatewayError) {
                    let call = try front.dialect.format.call(asked, to: target(wire))
                    guard (try? JSONValue.parse(call.body)) != nil else {
                        return Verdict(text: "what \(wire.rawValue) gets is no JSON")
                    }
                } catch {
                    guard error.status == 400, error.parameter != nil else {
                        return Verdict(text: "\(wire.rawValue) cannot be asked: \(error)")
                    }
                }
            }
            return Verdict(text: nil)
        } catch let error as GatewayError {
            // What the provider refused may be refused here, with its field.
            let isExpected = conversation.recording.status >= 400 && error.status == 400 && error.parameter != nil
            return Verdict(text: isExpected ? nil : "not understood: \(error)")
        } catch {
            return Verdict(text: "\(error)")
        }
    }

    /// Byte for byte, but that the usage of a stream is asked for always.
    private static func isSame(_ sent: [UInt8], _ received: [UInt8]) -> Bool {
        if sent == received { return true }
        guard let sent = try? JSONValue.parse(sent), let received = try? JSONValue.parse(received),
            received["stream"]?.bool == true
        else { return false }
        func rest(_ json: JSONValue) -> [String] {
            json.members.filter { $0.key != "stream_options" }.map { "\($0.key): \(RawJSON($0.value.raw).text)" }
        }
        return rest(sent) == rest(received) && sent["stream_options"]?["include_usage"]?.bool == true
    }
}

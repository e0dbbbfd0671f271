internal import GatewayTypes
internal import JSON

/// The framing of one event.
enum ResponsesEvent {
    /// Appends an event to a stream; the members `type` and `sequence_number` come first.
    static func append(
        _ type: String, _ sequence: Int, to output: inout [UInt8], _ body: (inout JSONWriter) -> Void
    ) {
        output += "event: ".utf8
        output += type.utf8
        output += "\ndata: ".utf8
        let start = output.count
        var begun: [UInt8] = []
        swap(&begun, &output)
        var writer = JSONWriter(after: begun)
        writer.object {
            $0.member("type", type)
            $0.member("sequence_number", sequence)
            body(&$0)
        }
        output = writer.bytes
        output.joinLines(from: start)
        output += "\n\n".utf8
    }

    /// The documentation has code, message and param in the event itself; the service sends them in `error`, which is what the
    /// official SDKs raise. Both are written.
    static func error(_ error: GatewayError, sequence: Int) -> [UInt8] {
        var output: [UInt8] = []
        append("error", sequence, to: &output) { writer in
            writer.member("code", orNull: error.code)
            writer.member("message", error.message)
            writer.member("param", orNull: error.parameter)
            writer.key("error")
            writer.object {
                let type = OpenAIChat.type(of: error)
                $0.member("type", type)
                $0.member("code", orNull: error.code)
                $0.member("message", error.message)
                $0.member("param", orNull: error.parameter)
                if let code = error.providerCode(besides: type) { $0.member("provider_code", code) }
            }
        }
        return output
    }
}

internal import GatewayTypes
internal import JSON

/// Amazon Bedrock's CountTokens, which takes what InvokeModel or Converse would be sent.
enum BedrockTokenCount {
    static let answerKey = "inputTokens"
    /// Regions that stand before a model's own id where it runs in several: `us.anthropic.claude...`.
    private static let regions: Set<Substring> = [
        "us", "us-gov", "eu", "apac", "ap", "jp", "au", "ca", "sa", "me", "af", "global",
    ]
    private static let converseFields: Set<String> = [
        "messages", "system", "toolConfig", "additionalModelRequestFields",
    ]

    /// Only models themselves count, so an inference profile's id is asked for as its model's.
    static func path(model: String) -> String {
        let first = model.prefix { $0 != "." }
        let id = regions.contains(first) ? String(model.dropFirst(first.count + 1)) : model
        return "/model/\(PathSegment.escaped(id))/count-tokens"
    }

    /// - Parameter body: an InvokeModel request of Anthropic's format, whose schema wants `max_tokens` also to be counted.
    static func invoking(_ body: [UInt8]) -> [UInt8] {
        var body = body
        if let json = try? JSONValue.parse(body), json["max_tokens"] == nil {
            var splice = JSONSplice(of: json)
            let most = 1024 + (json["thinking"]?["budget_tokens"]?.tokenCount ?? 0)
            splice.set("max_tokens", of: json, to: JSONWriter.bytes { $0.int(most) })
            body = splice.apply()
        }
        return input("invokeModel") { $0.object { $0.member("body", Base64.encode(body)) } }
    }

    /// - Parameter body: a Converse request; what does not count is left out, as the operation refuses it.
    static func conversing(_ body: [UInt8]) -> [UInt8] {
        guard let json = try? JSONValue.parse(body) else { return body }
        return input("converse") {
            $0.object {
                for (key, value) in json.members where converseFields.contains(key) { $0.member(key, value) }
            }
        }
    }

    /// The answer as Anthropic would give it.
    @Sendable static func anthropicAnswer(_ body: [UInt8]) throws(UpstreamFailure) -> [UInt8] {
        guard let count = try JSONValue.answer(body)[answerKey]?.tokenCount else {
            throw .noAnswer("it has no '\(answerKey)'")
        }
        return JSONWriter.bytes { $0.object { $0.member("input_tokens", count) } }
    }

    private static func input(_ kind: String, _ value: (inout JSONWriter) -> Void) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member(
                    "input",
                    object: {
                        $0.key(kind)
                        value(&$0)
                    })
            }
        }
    }
}

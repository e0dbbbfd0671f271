internal import GatewayTypes
internal import JSON

/// What a whole transcript must be before it goes on.
enum TranscriptCheck {
    /// - Parameter isText: whether the caller asked for anything but JSON.
    static func relay(isText: Bool) -> WholeAnswerRelay {
        WholeAnswerRelay(keepsContentType: true) { body, summary throws(UpstreamFailure) in
            guard let json = try? JSONValue.parse(body), json.kind == .object else {
                guard isText, !isPage(body), String(validating: body, as: UTF8.self) != nil else {
                    throw .noAnswer("it is no transcript")
                }
                summary.outputBytes = body.count
                return body
            }
            if let failure = ChatFailure.inside(json) { throw failure }
            guard isText || json["text"]?.kind == .string || json["segments"]?.kind == .array else {
                throw .noAnswer("it has no text")
            }
            summary.model = json["model"]?.string
            summary.usage = TaskUsage.read(json)
            summary.outputBytes = json["text"].map { $0.range.count } ?? 0
            return body
        }
    }

    /// What proxies say in the place of an answer.
    private static func isPage(_ body: [UInt8]) -> Bool {
        let start = String(decoding: body.prefix(64), as: UTF8.self).drop { $0.isWhitespace }.lowercased()
        return start.hasPrefix("<!doctype") || start.hasPrefix("<html")
    }
}

internal import GatewayTypes
internal import HTTPTypes
internal import JSON
internal import WireFormats

/// What callers send, from their dialect to every provider that can be asked.
extension FuzzTarget {
    static let requests: [FuzzTarget] = Dialect.allCases.map { dialect in
        FuzzTarget("request-\(dialect.rawValue)", seeds: seeds(dialect), texts: Questions.texts(dialect)) { bytes in
            guard let asked = try? dialect.format.understand(Questions.received(dialect, bytes)) else { return nil }
            for wire in WireFormat.allCases {
                let target = UpstreamTarget(wire: wire, model: ModelConfiguration(name: "m"), answerID: "a", created: 7)
                // What the gateway answers by itself is not sent.
                guard let call = try? dialect.format.call(asked, to: target), call.estimate == nil else { continue }
                guard call.contentType != "application/json" || (try? JSONValue.parse(call.body)) != nil else {
                    return "\(wire.rawValue) is sent no JSON"
                }
                guard let again = try? dialect.format.call(asked, to: target), again.body == call.body else {
                    return "\(wire.rawValue) is sent other bytes the second time"
                }
            }
            return nil
        }
    }

    private static func seeds(_ dialect: Dialect) -> [String] {
        ["tools", "plain"].map { "Tests/Golden/matrix/requests/\(dialect.rawValue)/\($0).json" }
    }
}

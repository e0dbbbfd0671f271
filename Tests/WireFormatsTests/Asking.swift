import GatewayTypes

@testable import WireFormats

/// A target that speaks `wire`, with nothing special about it.
func target(
    _ wire: WireFormat, model: String = "m", quirks: ChatQuirks = ChatQuirks(), id: String = "a", created: Int = 7
) -> UpstreamTarget {
    UpstreamTarget(
        wire: wire, model: ModelConfiguration(name: model), quirks: quirks, answerID: id, created: created)
}

extension ClientFormat {
    /// What this dialect makes of a body, where path and headers say nothing.
    static func understand(_ body: [UInt8]) throws(GatewayError) -> ClientRequest {
        try understand(ReceivedRequest(body: body))
    }
}

extension WireFormat {
    /// Those that conversations can be asked in.
    static let conversing = allCases.filter { $0.can(.conversation) }
}

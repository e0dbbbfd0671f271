internal import GatewayTypes
public import WireFormats

/// A client's request on its way to candidates of any wire format: read into the common form once, when the first candidate
/// of another format comes up, and never for candidates of its own.
public struct OutgoingRequest: Sendable {
    public let client: ClientRequest
    /// How many gateways the request has passed before this one.
    public let hops: Int
    private let id: String
    private let created: Int
    private var conversation: Conversation?

    /// - Parameters:
    ///   - id: stands in a translated answer where the upstream names none.
    ///   - created: seconds since 1970, likewise.
    public init(_ client: ClientRequest, hops: Int, id: String, created: Int) {
        self.client = client
        self.hops = hops
        self.id = id
        self.created = created
    }

    /// The body for `candidate`, and the caller's names of what it cannot say.
    mutating func encode(for candidate: Candidate) throws(UpstreamFailure) -> (body: [UInt8], dropped: [String]) {
        do throws(GatewayError) {
            if Translation.isPassThrough(client.dialect, candidate.wire) {
                return Translation.passThrough(
                    client, model: candidate.model.name, quirks: ProviderPreset.quirks(of: candidate.provider))
            }
            let conversation = try common()
            let encoded = try Translation.encode(
                conversation, for: candidate.wire, model: candidate.model,
                quirks: ProviderPreset.quirks(of: candidate.provider))
            let dropped =
                encoded.dropped.map { Translation.name(of: $0, in: client.dialect) } + conversation.unknownFields
            return (encoded.body, dropped.sorted())
        } catch {
            throw UpstreamFailure(
                .badRequest, status: error.status, message: error.message, code: error.code, parameter: error.parameter)
        }
    }

    private mutating func common() throws(GatewayError) -> Conversation {
        if let conversation { return conversation }
        let read = try Translation.conversation(client)
        conversation = read
        return read
    }

    /// What turns that candidate's answer into the caller's.
    func relay(for candidate: Candidate) -> any AnswerRelay {
        Translation.relay(
            client, from: candidate.wire, model: candidate.model.name, id: id, created: created,
            quirks: ProviderPreset.quirks(of: candidate.provider))
    }
}

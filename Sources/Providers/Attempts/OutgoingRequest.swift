internal import GatewayTypes
public import WireFormats

/// A client's request on its way to candidates of any wire format.
public struct OutgoingRequest: Sendable {
    public let client: ClientRequest
    let format: any ClientFormat.Type
    /// How many gateways the request has passed before this one.
    public let hops: Int
    private let id: String
    private let created: Int

    /// - Parameters:
    ///   - id: stands in a translated answer where the upstream names none.
    ///   - created: seconds since 1970, likewise.
    public init(_ client: ClientRequest, in dialect: Dialect, hops: Int, id: String, created: Int) {
        self.client = client
        format = dialect.format
        self.hops = hops
        self.id = id
        self.created = created
    }

    /// What is sent to `candidate`.
    /// - Throws: `unsupported`, also where the caller wants no answer to less than it asked, and some of it cannot be said
    ///   there.
    func call(to candidate: Candidate) throws(UpstreamFailure) -> UpstreamCall {
        var target = UpstreamTarget(
            wire: candidate.wire, model: candidate.model, quirks: ProviderPreset.quirks(of: candidate.provider),
            answerID: id, created: created)
        target.began = .now
        let call: UpstreamCall
        do throws(GatewayError) {
            call = try format.call(client, to: target)
            guard call.dropped.isEmpty || !client.refusesOmissions else { throw .unsupported(call.dropped) }
        } catch {
            throw UpstreamFailure(
                .unsupported, status: error.status, message: error.message, code: error.code, parameter: error.parameter
            )
        }
        guard let cloud = candidate.provider.cloud else { return call }
        return try cloud.hosted(call, in: candidate.wire, model: candidate.model.name, stream: client.stream)
    }
}

extension GatewayError {
    fileprivate static func unsupported(_ names: [String]) -> GatewayError {
        .malformedRequest(
            message: "This model's provider has no way to be told: \(names.joined(separator: ", ")). Leave "
                + "\(names.count == 1 ? "it" : "them") out, ask another model, or send the request without "
                + "'\(ClientRequest.onUnsupported): error' to have \(names.count == 1 ? "it" : "them") left out.",
            parameter: names.first, code: "unsupported_parameter")
    }
}

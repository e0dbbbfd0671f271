public import GatewayTypes

/// A key of Amazon's: `ACCESS:SECRET` or `ACCESS:SECRET:SESSION`, which sign requests, or a Bedrock API key, which is sent.
public enum AmazonKey: Sendable {
    public struct Pair: Sendable {
        public var access: String
        public var secret: String
        /// The token of a temporary key.
        public var session: String?
    }

    case pair(Pair)
    case bearer(String)

    /// - Returns: `nil` for a text that is neither.
    public init?(_ key: CredentialKey) {
        let parts = key.reveal().split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        switch parts.count {
        case 1: self = .bearer(parts[0])
        case 2: self = .pair(Pair(access: parts[0], secret: parts[1]))
        default: self = .pair(Pair(access: parts[0], secret: parts[1], session: parts[2]))
        }
    }

    static let malformed = UpstreamFailure(
        .authentication, message: "The key of this provider must be ACCESS:SECRET or ACCESS:SECRET:SESSION.")
}

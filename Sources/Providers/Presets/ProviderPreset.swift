public import GatewayTypes

/// What a provider kind fills in when the configuration does not say: a row of data, no code.
///
/// Endpoints and variables as the services document them, November 2026.
public struct ProviderPreset: Sendable, Equatable {
    public var kind: String
    public var endpoint: String
    /// Whether the endpoint is different for each customer and has to be stated.
    public var needsEndpoint: Bool { endpoint.contains(Self.account) }

    /// Stands in an endpoint for what only the customer knows.
    public static let account = "ACCOUNT"
    /// Stands in an endpoint for the configured region.
    public static let region = "REGION"

    /// Whether the endpoint has no usual prefix: it is the cloud's own for each customer.
    public var isCloud: Bool { Self.clouds.contains { $0.kind == kind } }

    /// The environment variable that holds the key when the configuration names none; `nil` where no key is wanted.
    public var keyVariable: String?
    /// Whether that variable names the file with the key, as Google's programs expect it, rather than holding the key.
    public var keyVariableNamesFile: Bool { keyVariable == Self.serviceAccountVariable }
    static let serviceAccountVariable = "GOOGLE_APPLICATION_CREDENTIALS"
    public var wire: WireFormat

    init(_ kind: String, _ endpoint: String, key keyVariable: String?, wire: WireFormat = .openAIChat) {
        self.kind = kind
        self.endpoint = endpoint
        self.keyVariable = keyVariable
        self.wire = wire
    }

    public static let openAI = ProviderPreset("openai", "https://api.openai.com/v1", key: "OPENAI_API_KEY")

    public static func named(_ kind: String) -> ProviderPreset? { byKind[kind] }

    /// Every kind a configuration may name, in alphabetical order.
    public static var kinds: [String] { byKind.keys.sorted() }

    private static let byKind = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })

    /// In alphabetical order within each sort.
    private static let all: [ProviderPreset] = makers + clouds + services + moreServices + routers + ownMachine
}

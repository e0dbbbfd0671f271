public import ClusterState
public import GatewayTypes
public import JSON

/// What the configuration file says, and how its objects are shown: as they are written there, without secrets.
public struct FileConfiguration: Sendable {
    public var configuration: GatewayConfiguration
    private var sections: [StoredObject.Kind: [(id: String, body: JSONTree)]] = [:]

    /// Without a file: the built-in providers.
    public static let builtIn: FileConfiguration = {
        var configuration = GatewayConfiguration()
        configuration.providers = [.demo]
        return FileConfiguration(configuration: configuration)
    }()

    private init(configuration: GatewayConfiguration) { self.configuration = configuration }

    init(_ configuration: GatewayConfiguration, _ root: JSON5Node) {
        self.configuration = configuration
        for kind in StoredObject.Kind.allCases {
            sections[kind] = (root[kind.section]?.members ?? []).filter { !$0.value.isNull }.map { member in
                var body = JSONTree(member.value)
                if kind == .provider { body.hideSecrets() }
                return (member.key, body)
            }
        }
    }

    /// The file's objects of a kind, in its order; of settings, the values.
    public func objects(_ kind: StoredObject.Kind) -> [(id: String, body: JSONTree)] { sections[kind] ?? [] }

    public func object(_ kind: StoredObject.Kind, _ id: String) -> JSONTree? {
        objects(kind).first { $0.id == id }?.body
    }

    /// Who else than the store defines this; `nil` where nobody does.
    public func owner(of kind: StoredObject.Kind, _ id: String) -> ConfigurationOwner? {
        if object(kind, id) != nil { return .file }
        return kind == .provider && id == ProviderConfiguration.demo.id ? .program : nil
    }
}

/// Where a part of the configuration is kept, as `managed_by` says it.
public enum ConfigurationOwner: String, Sendable {
    case file, store
    case program = "builtin"
}

extension StoredObject.Kind {
    /// The file's section of this kind.
    var section: String {
        switch self {
        case .provider: "providers"
        case .rotation: "rotations"
        case .autoselect: "autoselects"
        case .setting: "server"
        }
    }
}

extension ConfigurationReader {
    /// As `read`, with the objects as they are shown.
    public func readFile(
        _ text: [UInt8]
    ) -> (file: FileConfiguration?, problems: [ConfigurationProblem]) {
        let (configuration, problems) = read(text)
        guard let configuration, let root = try? JSON5.parse(text) else { return (nil, problems) }
        return (FileConfiguration(configuration, root), problems)
    }
}

extension JSONTree {
    /// Takes keys away, and the values of headers that may hold one.
    fileprivate mutating func hideSecrets() {
        self["api_key"] = nil
        self["credentials"] = nil
        guard let headers = self["headers"] else { return }
        self["headers"] = .object(
            headers.members.map { name, value in
                (name, StoredRules.mayHoldSecret(header: name) ? "[secret]" : value)
            })
    }
}

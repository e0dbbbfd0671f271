internal import GatewayTypes

extension CooldownKey {
    /// The key as Redis has it: a letter for what rests, and each name after its length, so that no name can pass for two.
    var text: String {
        switch self {
        case .credentialModel(let provider, let credential, let model): "m" + Self.join([provider, credential, model])
        case .credential(let provider, let credential): "c" + Self.join([provider, credential])
        case .providerModel(let provider, let model): "p" + Self.join([provider, model])
        }
    }

    init?(text: String) {
        guard let kind = text.utf8.first, let names = Self.split(text.utf8.dropFirst()) else { return nil }
        switch (kind, names.count) {
        case (UInt8(ascii: "m"), 3): self = .credentialModel(provider: names[0], credential: names[1], model: names[2])
        case (UInt8(ascii: "c"), 2): self = .credential(provider: names[0], credential: names[1])
        case (UInt8(ascii: "p"), 2): self = .providerModel(provider: names[0], model: names[1])
        default: return nil
        }
    }

    private static func join(_ names: [String]) -> String { names.map { "\($0.utf8.count):\($0)" }.joined() }

    private static func split(_ text: Substring.UTF8View) -> [String]? {
        var names: [String] = []
        var rest = text
        while !rest.isEmpty {
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")), let count = Int(Substring(rest[..<colon])),
                count >= 0
            else { return nil }
            rest = rest[rest.index(after: colon)...]
            guard rest.count >= count, let name = String(validating: rest.prefix(count), as: UTF8.self) else {
                return nil
            }
            names.append(name)
            rest = rest.dropFirst(count)
        }
        return names
    }
}

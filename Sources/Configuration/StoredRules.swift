internal import JSON

/// What is refused of stored objects though a file may say it: whoever writes the file can read this machine's secrets anyway,
/// whoever uses the admin API must not be able to.
public enum StoredRules {
    private static let secretWords = ["auth", "key", "token", "secret", "password", "cookie", "credential"]

    /// Headers that carry secrets have names like these.
    static func mayHoldSecret(header name: String) -> Bool {
        let name = name.lowercased()
        return secretWords.contains { name.contains($0) }
    }

    /// What is wrong with a provider's key; `nil` when it is fit.
    public static func fault(ofKey key: String) -> String? {
        if key.isEmpty { return "must not be empty" }
        if key.hasPrefix("env:") || key.hasPrefix("file:") {
            return "must be the key itself: env: and file: are for the configuration file"
        }
        return ConfigurationReader.isHeader("x", key) ? nil : "holds bytes that cannot stand in a header"
    }

    /// What is wrong with the name of an object or credential.
    public static func fault(ofName name: String) -> String? {
        ConfigurationSection.isName(name) ? nil : ConfigurationSection.nameRule
    }

    static func check(provider body: JSONTree, _ section: ConfigurationSection) {
        for (name, _) in body["headers"]?.members ?? [] where mayHoldSecret(header: name) {
            section.error("headers", "\"\(name)\" looks like a secret, which belongs into the provider's credentials")
        }
    }
}

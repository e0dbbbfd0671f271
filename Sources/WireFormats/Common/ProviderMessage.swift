/// A provider's words made fit for the caller's eyes.
enum ProviderMessage {
    /// Longer messages are cut: a provider that echoes the whole request must not fill the log.
    private static let maximumBytes = 2_000

    static func safe(_ text: String) -> String {
        guard text.utf8.count > maximumBytes else { return SecretMask.masked(text) }
        return SecretMask.masked(String(decoding: text.utf8.prefix(maximumBytes), as: UTF8.self)) + "..."
    }
}

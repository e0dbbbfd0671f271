public import Crypto
internal import SQLDatabase
public import Telemetry

/// Seals providers' keys with the master key. A box opens only for the credential that it was sealed for.
public struct CredentialVault: Sendable {
    private static let checkName = "master_key_check"
    private static let checkText = Array("switchyard".utf8)
    private static let checkContext = Array("master key check".utf8)

    private let key: SealingKey

    public init(_ key: SealingKey) { self.key = key }

    /// Whether this key is the one that the store's keys are sealed with. The first key that asks is.
    public func opens(_ store: ControlStore) async throws(ControlStoreError) -> Bool {
        let fresh = try seal(Self.checkText, for: Self.checkContext)
        let kept = try await ControlStoreError.wrapping { () async throws(SQLError) -> String in
            try await store.database.write { connection throws(SQLError) in
                let insert = connection.dialect.insert(
                    into: "settings", ["name", "value"], onCollision: .keepsOld(key: ["name"]))
                try connection.execute(insert, .text(Self.checkName), .text(fresh))
                let rows = try connection.query("SELECT value FROM settings WHERE name = ?", .text(Self.checkName))
                return try rows.first?.text("value") ?? ""
            }
        }
        return open(kept, for: Self.checkContext) == Self.checkText
    }

    /// The key of a credential; `nil` when this is not the key it was sealed with.
    public func open(_ credential: StoredCredential) -> Secret? {
        open(credential.sealed, for: Self.context(credential.provider, credential.id))
            .map { Secret(String(decoding: $0, as: UTF8.self)) }
    }

    public func seal(_ secret: Secret, provider: String, id: String) throws(ControlStoreError) -> SealedKey {
        SealedKey(text: try seal(Array(secret.reveal().utf8), for: Self.context(provider, id)))
    }

    private static func context(_ provider: String, _ id: String) -> [UInt8] { Array("\(provider)/\(id)".utf8) }

    private func seal(_ text: [UInt8], for context: [UInt8]) throws(ControlStoreError) -> String {
        do throws(CryptoError) {
            return Base64.encode(try key.seal(text, for: context).bytes)
        } catch { throw .unavailable(.outOfMemory) }
    }

    private func open(_ sealed: String, for context: [UInt8]) -> [UInt8]? {
        guard let bytes = Base64.decode(sealed), let box = try? SealedBox(bytes) else { return nil }
        return try? key.open(box, for: context)
    }
}

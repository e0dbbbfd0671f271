internal import COpenSSL

/// Password hashing with scrypt (RFC 7914). `make` and `verify` keep a core busy for tens of milliseconds and 32 MB: call
/// them on a blocking thread, never on a loop.
///
/// The stored form is `scrypt$N$r$p$salt$hash`, numbers in decimal, salt (16 bytes) and hash (32 bytes) in base64url.
public enum PasswordHash {
    /// 32 MB and well under a tenth of a second: what a login can wait for and a node can afford.
    static let current = Cost(n: 1 << 15, r: 8, p: 1)

    /// A stored form that no password matches, at the usual cost: verify against it when there is no such user, so that
    /// the time taken does not tell who exists.
    public static let decoy = Stored(
        cost: current, salt: [UInt8](repeating: 0, count: 16), hash: [UInt8](repeating: 0, count: 32)
    ).text

    /// - Throws: `outOfMemory`.
    public static func make(_ password: String) throws(CryptoError) -> String {
        let salt = SecureRandom.bytes(16)
        return Stored(cost: current, salt: salt, hash: try scrypt(password, salt: salt, current, length: 32)).text
    }

    /// - Parameter stored: what `make` gave, now or under earlier costs.
    /// - Throws: `malformedPasswordHash`, `outOfMemory`.
    public static func verify(_ password: String, against stored: String) throws(CryptoError) -> Bool {
        guard let stored = Stored(stored) else { throw .malformedPasswordHash }
        let hash = try scrypt(password, salt: stored.salt, stored.cost, length: stored.hash.count)
        return ConstantTime.areEqual(hash, stored.hash)
    }

    /// Whether the costs have changed since: then store `make` anew after the next good login.
    public static func isOutdated(_ stored: String) -> Bool { Stored(stored)?.cost != current }

    struct Cost: Equatable {
        let n: UInt64
        let r: UInt64
        let p: UInt64
        /// What scrypt allocates (RFC 7914, section 2): its table, its blocks, and a little more.
        var memory: UInt64 { 128 * r * (n + p + 2) }
        static let mostMemory: UInt64 = 256 << 20

        /// Refuses what would take the node down: a stored form may come from a restored or imported table.
        var isSane: Bool {
            n > 1 && n & (n - 1) == 0 && n <= 1 << 20 && (1...64).contains(r) && (1...16).contains(p)
                && memory <= Self.mostMemory
        }
    }

    static func scrypt(
        _ password: String, salt: [UInt8], _ cost: Cost, length: Int
    ) throws(CryptoError) -> [UInt8] {
        var password = password
        var isDone = false
        let hash = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            password.withUTF8 { password in
                password.withMemoryRebound(to: CChar.self) { password in
                    isDone =
                        EVP_PBE_scrypt(
                            password.baseAddress, password.count, salt, salt.count, cost.n, cost.r, cost.p,
                            Cost.mostMemory + (1 << 20), buffer.baseAddress, length) == 1
                }
            }
            count = isDone ? length : 0
        }
        guard isDone else { throw .outOfMemory }
        return hash
    }

    fileprivate struct Stored {
        let cost: Cost
        let salt: [UInt8]
        let hash: [UInt8]

        var text: String {
            "scrypt$\(cost.n)$\(cost.r)$\(cost.p)$\(Base64URL.encode(salt))$\(Base64URL.encode(hash))"
        }
    }
}

extension PasswordHash.Stored {
    fileprivate init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let n = UInt64(parts[1]), let r = UInt64(parts[2]),
            let p = UInt64(parts[3]), let salt = Base64URL.decode(String(parts[4])),
            let hash = Base64URL.decode(String(parts[5])), !salt.isEmpty, (16...64).contains(hash.count)
        else { return nil }
        let cost = PasswordHash.Cost(n: n, r: r, p: p)
        guard cost.isSane else { return nil }
        self.init(cost: cost, salt: salt, hash: hash)
    }
}

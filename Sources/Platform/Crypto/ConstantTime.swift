internal import COpenSSL

/// Comparison that takes as long for a near miss as for any other, so that its time tells nothing about a secret.
public enum ConstantTime {
    /// Only the lengths, not the contents, show in the time taken.
    public static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return CRYPTO_memcmp(one, other, one.count) == 0
    }

    /// Compares the texts' UTF-8: texts that only look alike after Unicode normalisation differ here.
    public static func areEqual(_ one: String, _ other: String) -> Bool {
        var (one, other) = (one, other)
        return one.withUTF8 { one in
            other.withUTF8 { other in
                one.count == other.count && CRYPTO_memcmp(one.baseAddress, other.baseAddress, one.count) == 0
            }
        }
    }
}

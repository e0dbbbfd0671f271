/// One step of the schema. Once released, a migration never changes: a correction is a new one.
public struct SQLMigration: Sendable {
    /// From 1, without gaps.
    public let number: Int
    public let name: String
    /// One statement each, run in this order in one transaction.
    public let statements: [String]

    public init(_ number: Int, _ name: String, _ statements: String...) {
        self.number = number
        self.name = name
        self.statements = statements
    }

    /// Tells a changed migration, not a forged one: FNV-1a of 64 bits over the statements, each ended by a zero byte.
    var checksum: String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for statement in statements {
            for byte in statement.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            hash = hash &* 0x0000_0100_0000_01B3
        }
        return String(hash, radix: 16)
    }
}

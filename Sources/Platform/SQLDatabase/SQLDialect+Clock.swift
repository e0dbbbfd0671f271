extension SQLDialect {
    /// The database's own clock in Unix milliseconds, as an expression: what nodes compare with each other goes by it, as their
    /// own clocks need not agree.
    public var now: String {
        switch self {
        case .sqlite: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
        case .mysql: "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000"
        }
    }
}

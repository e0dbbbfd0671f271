extension Duration {
    /// Whole microseconds, as the ledger has times.
    public var microseconds: Int {
        // Nearly every duration is below 18 s, and so within reach of a division of the machine's own.
        if let short = UInt64(exactly: attoseconds) { return Int(short / 1_000_000_000_000) }
        let (seconds, attoseconds) = components
        return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    }
}

internal import JSON

extension JSONWriter {
    /// Milliseconds, to the microsecond.
    mutating func member(_ key: String, milliseconds duration: Duration?) {
        self.key(key)
        guard let duration else { return null() }
        let (seconds, attoseconds) = duration.components
        double(Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000)
    }
}

/// What metadata of a log line may hold. Nothing else conforms, so that what is logged is always chosen, never a dump.
public protocol LogValue: Sendable {
    /// Adds the value as JSON.
    func write(to line: inout LogLine)
}

extension String: LogValue {
    public func write(to line: inout LogLine) { line.addText(self) }
}

extension Int: LogValue {
    public func write(to line: inout LogLine) { line.addInteger(self) }
}

extension Double: LogValue {
    /// JSON has no infinities; they and NaN become null.
    public func write(to line: inout LogLine) { isFinite ? line.addPlain(description) : line.addPlain("null") }
}

extension Bool: LogValue {
    public func write(to line: inout LogLine) { line.addPlain(self ? "true" : "false") }
}

extension Secret: LogValue {
    public func write(to line: inout LogLine) { line.addText(Secret.placeholder) }
}

extension Optional: LogValue where Wrapped: LogValue {
    public func write(to line: inout LogLine) {
        switch self {
        case .some(let value): value.write(to: &line)
        case .none: line.addPlain("null")
        }
    }
}

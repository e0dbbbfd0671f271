/// Writes the log: constant messages, metadata for what varies, one JSON object a line:
/// `{"time":"2026-11-21T10:00:00.123Z","level":"info","message":"request answered","status":200}`.
///
/// Cheap enough for a loop: a line that is not wanted costs a comparison (its metadata is not even built), one that is
/// wanted is formatted and put in the sink's buffer; the system call happens on the sink's thread.
public struct Log: Sendable {
    public let level: LogLevel
    private let sink: LogSink

    /// - Parameter level: the least that is written.
    public init(level: LogLevel, sink: LogSink) {
        self.level = level
        self.sink = sink
    }

    public typealias Metadata = KeyValuePairs<StaticString, any LogValue>

    public func debug(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
        write(.debug, message, metadata)
    }

    public func info(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
        write(.info, message, metadata)
    }

    /// For the line of every request: its fields are added one by one, and not collected before.
    public func info(_ message: StaticString, _ addFields: (inout LogLine) -> Void) {
        guard level <= .info else { return }
        sink.append(LogLine(at: WallClock.now(), .info, message, addFields).bytes, isUrgent: false)
    }

    public func notice(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
        write(.notice, message, metadata)
    }

    public func warning(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
        write(.warning, message, metadata)
    }

    /// Is written at once, though not by the caller's thread.
    public func error(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
        write(.error, message, metadata)
    }

    private func write(_ level: LogLevel, _ message: StaticString, _ metadata: () -> Metadata) {
        guard level >= self.level else { return }
        sink.append(LogLine(at: WallClock.now(), level, message, metadata()).bytes, isUrgent: level == .error)
    }
}

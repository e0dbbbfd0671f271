/// Why a recording cannot pass: the only misses that are allowed.
enum RecordedReasons {
    /// - Returns: `nil` where there is no reason, which is a fault of ours.
    static func reason(_ miss: RecordedTraffic.Miss) -> String? {
        all.first { $0.file == miss.file && ($0.columns.isEmpty || $0.columns.contains(miss.column)) }?.why
    }

    /// No columns means every column.
    private static let all: [(file: String, columns: [String], why: String)] = [
        ("snowflake/chat-pydantic-ai-test-snowflake-thinking-0-b6c49b.json", streams, unfinished),
        ("snowflake/chat-pydantic-ai-test-snowflake-thinking-1-41480a.json", streams, unfinished),
    ]

    private static let streams = ConversationFront.all.map { "\($0.name) stream" }
    private static let unfinished =
        "a whole answer without a finish reason where a stream was asked for cannot be told from a cut one; this provider "
        + "streams when asked"
}

/// What a path below the version prefix asks: `/models/{model}:{operation}`. The model's name may hold slashes and colons.
struct GeminiPath: Equatable {
    enum Operation: String, CaseIterable {
        case generate = "generateContent"
        case stream = "streamGenerateContent"
        case countTokens
    }

    var model: String
    var operation: Operation

    init?(_ path: String) {
        let prefix = "/models/"
        guard path.hasPrefix(prefix), let colon = path.lastIndex(of: ":"),
            let operation = Operation(rawValue: String(path[path.index(after: colon)...]))
        else { return nil }
        model = String(path[path.index(path.startIndex, offsetBy: prefix.count)..<colon])
        self.operation = operation
        guard !model.isEmpty else { return nil }
    }
}

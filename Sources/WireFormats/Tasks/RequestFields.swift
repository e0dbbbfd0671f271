internal import GatewayTypes
internal import JSON

/// The members of a request's object; what has the wrong shape is refused under the caller's own name for it.
struct RequestFields {
    let json: JSONValue
    /// Stands before the names in messages: `requests[0].`.
    var place = ""

    func model() throws(GatewayError) -> String { try text("model") }

    /// The model asked for, or the configured one where the dialect lets callers name none.
    /// - Parameter setting: what it is called in the configuration.
    func model(or usual: String?, called setting: String) throws(GatewayError) -> String {
        guard json.present("model") == nil else { return try model() }
        guard let usual else { throw Self.noModel(setting) }
        return usual
    }

    static func noModel(_ setting: String) -> GatewayError {
        .malformedRequest(
            message: "Missing required parameter: 'model'. This gateway has no default for it: its operator can set "
                + "defaults.\(setting).", parameter: "model", code: "missing_required_parameter")
    }

    func string(_ key: String) throws(GatewayError) -> String? {
        guard let value = json.present(key) else { return nil }
        guard let text = value.string else { throw wrong(key, "a string") }
        return text
    }

    /// A text that must be there and say something.
    func text(_ key: String) throws(GatewayError) -> String {
        guard let text = try string(key) else { throw missing(key) }
        guard !text.isEmpty else { throw wrong(key, "a non-empty string") }
        return text
    }

    func choice(_ key: String, _ words: [String]) throws(GatewayError) -> String? {
        guard let word = try string(key) else { return nil }
        guard words.contains(word) else {
            throw ChatRequestCheck.outOfRange(place + key, "one of " + words.joined(separator: ", "))
        }
        return word
    }

    func bool(_ key: String) throws(GatewayError) -> Bool? {
        guard let value = json.present(key) else { return nil }
        guard let bool = value.bool else { throw wrong(key, "a boolean") }
        return bool
    }

    func count(_ key: String, _ range: ClosedRange<Int> = 1...Int.max) throws(GatewayError) -> Int? {
        guard let value = json.present(key) else { return nil }
        guard let int = value.int else { throw wrong(key, "an integer") }
        guard range.contains(int) else {
            let words =
                range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw ChatRequestCheck.outOfRange(place + key, words)
        }
        return int
    }

    /// A list of texts; `nil` where there is none.
    func strings(_ key: String) throws(GatewayError) -> [String]? {
        guard let list = json.present(key) else { return nil }
        guard list.kind == .array else { throw wrong(key, "an array of strings") }
        var texts: [String] = []
        texts.reserveCapacity(list.count)
        for element in list.elements {
            guard let text = element.string else { throw wrong("\(key)[\(texts.count)]", "a string") }
            texts.append(text)
        }
        return texts
    }

    func missing(_ key: String) -> GatewayError {
        .malformedRequest(
            message: "Missing required parameter: '\(place)\(key)'.", parameter: place + key,
            code: "missing_required_parameter")
    }

    func wrong(_ key: String, _ expected: String) -> GatewayError { ChatRequestCheck.wrong(place + key, expected) }

    /// The names of members that are not null and not `known`.
    func unknown(besides known: Set<String>) -> [String] {
        var unknown = UnknownFields()
        for (key, value) in json.members where !value.isNull && !known.contains(key) { unknown.add(place + key) }
        return unknown.names
    }
}

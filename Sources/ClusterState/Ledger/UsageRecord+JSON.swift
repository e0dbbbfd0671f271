internal import GatewayTypes
internal import JSON

/// A record as the journal keeps it: short names, times in microseconds, money in picodollars, and nothing said that is
/// nil, zero, false or empty.
extension UsageRecord {
    var journalBytes: [UInt8] { journalBytes(identity: journalIdentity) }

    func journalBytes(identity: [UInt8]) -> [UInt8] { journalBytes(identity: identity, attempts: attempts.json) }

    /// - Parameters:
    ///   - identity: the `journalIdentity` of this record, made when it was opened: it is the same at the end.
    ///   - attempts: `attempts.json`.
    func journalBytes(identity: [UInt8], attempts: String) -> [UInt8] {
        var json = JSONWriter(capacity: 960)
        json.beginObject()
        json.raw(identity[1..<identity.count - 1])  // its members, without the braces
        writeResult(to: &json, attempts: attempts)
        json.endObject()
        return json.bytes
    }

    /// The members that do not change between the opening and the end, as an object.
    var journalIdentity: [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        writeIdentity(to: &json)
        json.endObject()
        return json.bytes
    }

    private func writeIdentity(to json: inout JSONWriter) {
        json.field("id", id)
        json.field("rid", requestID)
        json.field("t", Int(time))
        json.field("n", node)
        json.field("u", userID)
        json.field("un", username)
        json.some("k", tokenID)
        json.field("e", endpoint)
        json.field("d", dialect)
        json.field("r", route)
        if stream { json.member("s", true) }
    }

    private func writeResult(to json: inout JSONWriter, attempts: String) {
        json.some("p", provider)
        json.some("m", model)
        json.nonzero("st", status)
        json.some("er", errorCode)
        if !self.attempts.isEmpty { json.field("a", raw: attempts) }
        json.nonzero("pt", usage.promptTokens)
        json.nonzero("ct", usage.completionTokens)
        json.some("ca", usage.cachedTokens)
        json.some("cw", usage.cacheWriteTokens)
        json.some("rt", usage.reasoningTokens)
        json.some("c", cost.map { Int($0.picodollars) })
        json.nonzero("du", duration.microseconds)
        json.some("ft", firstToken?.microseconds)
        json.nonzero("gw", gateway.microseconds)
        if estimated { json.member("es", true) }
        if state == .abandoned { json.member("ab", true) }
        if !droppedParameters.isEmpty {
            json.key("dp")
            json.strings(droppedParameters)
        }
    }

    /// - Returns: `nil` when a field that every record has is missing.
    init?(journal json: JSONValue) {
        guard let id = json["id"]?.string, let requestID = json["rid"]?.string, let time = json["t"]?.int,
            let node = json["n"]?.string, let userID = json["u"]?.string, let username = json["un"]?.string,
            let endpoint = json["e"]?.string, let dialect = json["d"]?.string, let route = json["r"]?.string
        else { return nil }
        self.init(
            RequestIdentity(
                id: id, requestID: requestID, time: Int64(time), node: node, userID: userID, username: username,
                tokenID: json["k"]?.string, endpoint: endpoint, dialect: dialect, route: route,
                stream: json["s"]?.bool ?? false))
        provider = json["p"]?.string
        model = json["m"]?.string
        status = json["st"]?.int ?? 0
        errorCode = json["er"]?.string
        attempts = json["a"].map { [AttemptRecord](json: $0) } ?? []
        usage = Usage(
            promptTokens: json["pt"]?.int ?? 0, completionTokens: json["ct"]?.int ?? 0, cachedTokens: json["ca"]?.int,
            cacheWriteTokens: json["cw"]?.int, reasoningTokens: json["rt"]?.int)
        cost = json["c"]?.int.map { USD(picodollars: Int64($0)) }
        duration = .microseconds(json["du"]?.int ?? 0)
        firstToken = json["ft"]?.int.map { .microseconds($0) }
        gateway = .microseconds(json["gw"]?.int ?? 0)
        estimated = json["es"]?.bool ?? false
        state = json["ab"]?.bool == true ? .abandoned : .settled
        droppedParameters = json["dp"]?.elements.compactMap(\.string) ?? []
    }
}

extension UsageProgress {
    func journalBytes(of id: String) -> [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member("id", id)
                $0.some("p", provider)
                $0.some("m", model)
                $0.nonzero("ct", completionTokens)
                $0.some("c", cost.map { Int($0.picodollars) })
            }
        }
    }

    /// What `journalBytes` says; no progress for bytes that say nothing.
    init(stored bytes: [UInt8]?) {
        guard let bytes, let json = try? JSONValue.parse(bytes) else {
            self.init()
            return
        }
        self.init(journal: json)
    }

    init(journal json: JSONValue) {
        provider = json["p"]?.string
        model = json["m"]?.string
        completionTokens = json["ct"]?.int ?? 0
        cost = json["c"]?.int.map { USD(picodollars: Int64($0)) }
    }
}

extension JSONWriter {
    mutating func some(_ key: StaticString, _ value: String?) {
        if let value { field(key, value) }
    }

    mutating func some(_ key: StaticString, _ value: Int?) {
        if let value { field(key, value) }
    }

    mutating func nonzero(_ key: StaticString, _ value: Int) {
        if value != 0 { field(key, value) }
    }

    mutating func strings(_ values: [String]) {
        array { array in for value in values { array.string(value) } }
    }
}

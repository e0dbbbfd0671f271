internal import JSON

/// An Anthropic Messages request as the clouds take it: the model stands in the path, the version in the body.
enum HostedMessages {
    /// - Parameters:
    ///   - removed: members that the cloud refuses in the body.
    ///   - beta: the value of the header `anthropic-beta` where the cloud wants it as a member.
    static func body(_ body: [UInt8], version: String, without removed: [String], beta: String?) -> [UInt8] {
        guard let json = try? JSONValue.parse(body), json.kind == .object else { return body }
        var splice = JSONSplice(of: json)
        for name in removed { splice.remove(name, from: json) }
        splice.set("anthropic_version", of: json, to: JSONWriter.bytes { $0.string(version) })
        if let beta, json["anthropic_beta"] == nil {
            let names = beta.split(separator: ",").map { String($0.drop { $0 == " " }).withoutTrailingSpace }
            splice.set(
                "anthropic_beta", of: json,
                to: JSONWriter.bytes { $0.array { for name in names where !name.isEmpty { $0.string(name) } } })
        }
        return splice.apply()
    }
}

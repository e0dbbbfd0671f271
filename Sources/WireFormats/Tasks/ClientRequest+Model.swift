internal import JSON

extension ClientRequest {
    /// The caller's body with the upstream's own name of the model, every other byte as it came.
    /// - Parameter renamed: fields that the provider calls otherwise, by the caller's names; where the caller says both, the
    ///   provider's own stands.
    func body(namingModel model: String, renaming renamed: [String: String] = [:]) -> [UInt8] {
        var splice = JSONSplice(of: json)
        if json["model"]?.isString(model) != true {
            splice.set("model", of: json, to: JSONWriter.bytes { $0.string(model) })
        }
        for (name, other) in renamed where name != other {
            guard let value = json[name] else { continue }
            if !value.isNull, json.present(other) == nil { splice.set(other, of: json, to: value.raw) }
            splice.remove(name, from: json)
        }
        return splice.isEmpty ? received.body : splice.apply()
    }
}

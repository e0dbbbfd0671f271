internal import JSON

extension ClientRequest {
    /// The caller's body with the upstream's own name of the model, every other byte as it came.
    func body(namingModel model: String) -> [UInt8] {
        guard json["model"]?.isString(model) != true else { return received.body }
        var splice = JSONSplice(of: json)
        splice.set("model", of: json, to: JSONWriter.bytes { $0.string(model) })
        return splice.apply()
    }
}

internal import JSON

/// The body for an upstream of the caller's own format: the caller's bytes, but for what has to differ.
public enum PassThroughRequest {
    /// - Parameter model: the upstream's own name of the model.
    public static func body(of request: ClientRequest, model: String, quirks: ChatQuirks = ChatQuirks()) -> [UInt8] {
        let json = request.json
        var splice = JSONSplice(of: json)
        if model != request.model, let named = json["model"] {
            splice.replace(named, with: JSONWriter.bytes { $0.string(model) })
        }
        if request.stream { askForUsage(json, quirks, &splice) }
        apply(quirks, to: json, &splice)
        return splice.isEmpty ? request.body : splice.apply()
    }

    /// Usage is asked for always; whether the caller gets it is decided on the way back.
    private static func askForUsage(_ json: JSONValue, _ quirks: ChatQuirks, _ splice: inout JSONSplice) {
        guard quirks.takesStreamOptions else { return splice.remove("stream_options", from: json) }
        guard let options = json.present("stream_options") else {
            return splice.set("stream_options", of: json, to: Array(#"{"include_usage":true}"#.utf8))
        }
        if options["include_usage"]?.bool != true { splice.set("include_usage", of: options, to: Array("true".utf8)) }
    }

    /// The other name of the length limit, and fields that the provider refuses.
    private static func apply(_ quirks: ChatQuirks, to json: JSONValue, _ splice: inout JSONSplice) {
        if quirks.lengthField == "max_completion_tokens", let limit = json.present("max_tokens") {
            if json["max_completion_tokens"] == nil { splice.set(quirks.lengthField, of: json, to: limit.raw) }
            splice.remove("max_tokens", from: json)
        }
        for field in quirks.refusedFields.sorted() { splice.remove(field, from: json) }
    }
}

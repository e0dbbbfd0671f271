internal import GatewayTypes
internal import HTTPTypes
internal import JSON

/// The fields of a form; what has the wrong shape is refused under its own name.
struct FormFields {
    let form: MultipartForm
    let body: [UInt8]

    init(_ received: ReceivedRequest) throws(GatewayError) {
        form = try MultipartForm(received.body, contentType: received.headers["content-type"])
        body = received.body
    }

    func text(_ name: String) throws(GatewayError) -> String? { try form.text(name, in: body) }

    /// The model asked for, or the configured one where the dialect lets callers name none.
    func model(or usual: String? = nil, called setting: String? = nil) throws(GatewayError) -> String {
        if let model = try text("model") {
            guard !model.isEmpty else { throw ChatRequestCheck.wrong("model", "a non-empty string") }
            return model
        }
        if let usual { return usual }
        throw setting.map(RequestFields.noModel) ?? missing("model")
    }

    /// The bytes of all files under `name` or `name[]`.
    func fileBytes(_ name: String) throws(GatewayError) -> Int {
        let files = form.parts.filter { $0.name == name || $0.name == name + "[]" }
        guard !files.isEmpty else { throw missing(name) }
        return files.reduce(0) { $0 + $1.content.count }
    }

    func bool(_ name: String) throws(GatewayError) -> Bool {
        switch try text(name) {
        case nil, "", "false", "False", "0": false
        case "true", "True", "1": true
        default: throw ChatRequestCheck.wrong(name, "true or false")
        }
    }

    func count(_ name: String, _ range: ClosedRange<Int>) throws(GatewayError) -> Int? {
        guard let text = try text(name), !text.isEmpty else { return nil }
        guard let count = Int(text), range.contains(count) else {
            throw ChatRequestCheck.outOfRange(name, "\(range.lowerBound) to \(range.upperBound)")
        }
        return count
    }

    func missing(_ name: String) -> GatewayError {
        .malformedRequest(
            message: "Missing required parameter: '\(name)'.", parameter: name, code: "missing_required_parameter")
    }
}

extension ClientRequest {
    /// A request whose body is a form.
    convenience init(
        _ received: ReceivedRequest, form: MultipartForm, model: String, stream: Bool, needs: RequestNeeds
    ) throws(GatewayError) {
        self.init(
            received, json: try JSONValue.requestBody(Array("{}".utf8)), form: form, model: model, stream: stream,
            needs: needs)
    }

    /// The call that hands this request on with the upstream's own name of the model, every other byte as it came.
    func handedOn(to target: UpstreamTarget, relay: any AnswerRelay) -> UpstreamCall {
        guard let form else {
            return UpstreamCall(
                path: received.path, body: body(namingModel: target.model.name), relay: relay)
        }
        var call = UpstreamCall(
            path: received.path, body: form.body(received.body, setting: "model", to: target.model.name), relay: relay)
        call.contentType = received.headers["content-type"] ?? ""
        return call
    }
}

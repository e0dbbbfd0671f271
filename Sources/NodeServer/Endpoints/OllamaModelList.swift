internal import Crypto
internal import GatewayTypes
internal import JSON
internal import Routing
internal import Telemetry

/// The bodies of `GET /api/tags`, `GET /api/ps`, `POST /api/show` and `GET /api/version`.
///
/// The models lie elsewhere: what Ollama tells of files (size, digest) is zero, or made from the name.
enum OllamaModelList {
    /// The release of Ollama whose API this dialect follows; clients look at it before they use what is newer.
    static let version = Array(#"{"version":"0.13.0"}"#.utf8)

    /// What a model can do whose configuration does not say.
    private static let usualCapabilities: Set<String> = ["tools", "vision"]
    /// Where the configuration does not tell: clients want a number here.
    private static let usualContext = 128_000

    static func tags(of models: [OfferedModel], created: Int) -> [UInt8] {
        list(models) { model, json in
            json.member("modified_at", RFC3339.string(from: created * 1000))
            write(model, to: &json)
        }
    }

    /// Every model is ready, as if loaded.
    static func loaded(_ models: [OfferedModel], created: Int) -> [UInt8] {
        list(models) { model, json in
            write(model, to: &json)
            json.member("expires_at", "9999-12-31T23:59:59Z")
            json.member("size_vram", 0)
            json.member("context_length", model.contextLength ?? usualContext)
        }
    }

    static func description(of model: OfferedModel, created: Int) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                json.member("license", "")
                json.member("modelfile", "")
                json.member("parameters", "")
                json.member("template", "")
                json.key("details")
                writeDetails(to: &json)
                json.key("model_info")
                json.object {
                    $0.member("general.architecture", family)
                    $0.member("\(family).context_length", model.contextLength ?? usualContext)
                }
                json.key("capabilities")
                json.array {
                    let capabilities = model.capabilities ?? usualCapabilities
                    for word in ["completion"] + ["tools", "vision", "thinking", "audio"].filter(capabilities.contains)
                    {
                        $0.string(word)
                    }
                }
                json.member("modified_at", RFC3339.string(from: created * 1000))
            }
        }
    }

    /// The name in the body of `/api/show`; older clients call it `name`.
    static func modelAsked(by body: [UInt8]) throws(GatewayError) -> String {
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue.parse(body) } catch {
            throw .malformedRequest(message: "The request body is \(error.message).", code: "invalid_json")
        }
        guard let name = json["model"]?.string ?? json["name"]?.string, !name.isEmpty else {
            throw .malformedRequest(
                message: "Missing required parameter: 'model'.", parameter: "model",
                code: "missing_required_parameter")
        }
        return name
    }

    private static let family = "switchyard"

    private static func list(
        _ models: [OfferedModel], _ members: (OfferedModel, inout JSONWriter) -> Void
    ) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                json.key("models")
                json.array { json in
                    for model in models {
                        json.object { json in
                            json.member("name", model.id)
                            json.member("model", model.id)
                            members(model, &json)
                        }
                    }
                }
            }
        }
    }

    private static func write(_ model: OfferedModel, to json: inout JSONWriter) {
        json.member("size", 0)
        json.member("digest", Hex.encode(SHA256.digest(model.id)))
        json.key("details")
        writeDetails(to: &json)
    }

    private static func writeDetails(to json: inout JSONWriter) {
        json.object {
            $0.member("parent_model", "")
            $0.member("format", "")
            $0.member("family", family)
            $0.key("families")
            $0.array { $0.string(family) }
            $0.member("parameter_size", "")
            $0.member("quantization_level", "")
        }
    }
}

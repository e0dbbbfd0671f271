internal import HTTPTypes
internal import JSON
internal import Routing

/// The bodies of `GET /v1beta/models` and `GET /v1beta/models/{id}` in Gemini's shape.
enum GeminiModelList {
    private static let usualPage = 50
    private static let mostOnPage = 1000
    /// Where the configuration does not tell: clients want numbers here.
    private static let usualInput = 128_000
    private static let usualOutput = 8_192

    /// One page: `pageSize` models from `pageToken` on, which counts them.
    static func body(of models: [OfferedModel], query: String?) -> [UInt8] {
        let size = min(max(parameter("pageSize", query) ?? usualPage, 1), mostOnPage)
        let start = min(max(parameter("pageToken", query) ?? 0, 0), models.count)
        let page = models[start...].prefix(size)
        return JSONWriter.bytes { json in
            json.object { json in
                json.key("models")
                json.array { for model in page { write(model, as: model.id, to: &$0) } }
                if page.endIndex < models.count { json.member("nextPageToken", String(page.endIndex)) }
            }
        }
    }

    static func body(of model: OfferedModel, as id: String) -> [UInt8] {
        JSONWriter.bytes { write(model, as: id, to: &$0) }
    }

    private static func write(_ model: OfferedModel, as id: String, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", "models/\(id)")
            json.member("version", "001")
            json.member("displayName", id)
            json.member("description", "Served by \(model.ownedBy).")
            json.member("inputTokenLimit", model.contextLength ?? usualInput)
            json.member("outputTokenLimit", model.maxTokens ?? usualOutput)
            json.key("supportedGenerationMethods")
            json.array { for method in ["generateContent", "countTokens"] { $0.string(method) } }
        }
    }

    private static func parameter(_ name: String, _ query: String?) -> Int? {
        for pair in (query ?? "").split(separator: "&") where pair.hasPrefix("\(name)=") {
            return PercentEncoding.decode(pair.dropFirst(name.utf8.count + 1)).flatMap { Int($0) }
        }
        return nil
    }
}

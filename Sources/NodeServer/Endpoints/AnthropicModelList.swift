internal import GatewayTypes
internal import HTTPTypes
internal import JSON
internal import Routing
internal import Telemetry

/// The bodies of `GET /v1/models` and `GET /v1/models/{id}` in Anthropic's shape.
enum AnthropicModelList {
    private static let mostModels = 1000

    /// - Parameter query: may hold `limit` (all models without it), and `after_id` or `before_id` to turn pages.
    static func body(of models: [OfferedModel], query: String?, created: Int) throws(GatewayError) -> [UInt8] {
        let asked = try Page(query)
        let page = asked.part(of: models)
        return JSONWriter.bytes { json in
            json.object { json in
                json.member(
                    "data",
                    array: { json in for model in page.models { write(model, as: model.id, created, to: &json) } })
                json.member("has_more", page.hasMore)
                json.member("first_id", orNull: page.models.first?.id)
                json.member("last_id", orNull: page.models.last?.id)
            }
        }
    }

    static func body(of model: OfferedModel, as id: String, created: Int) -> [UInt8] {
        JSONWriter.bytes { write(model, as: id, created, to: &$0) }
    }

    private static func write(_ model: OfferedModel, as id: String, _ created: Int, to json: inout JSONWriter) {
        json.object { json in
            json.member("type", "model")
            json.member("id", id)
            json.member("display_name", id)
            json.member("created_at", RFC3339.string(from: created * 1000))
            json.member("lifecycle", "active")
            json.member("max_input_tokens", orNull: model.contextLength)
            json.member("max_tokens", orNull: model.maxTokens)
        }
    }

    private struct Page {
        private var limit: Int?
        private var after: String?
        private var before: String?

        init(_ query: String?) throws(GatewayError) {
            for field in query?.split(separator: "&") ?? [] {
                let parts = field.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, let value = PercentEncoding.decode(parts[1], plusIsSpace: true) else {
                    continue
                }
                switch parts[0] {
                case "limit":
                    guard let count = Int(value), (1...mostModels).contains(count) else {
                        throw .malformedRequest(
                            message: "limit: must be a number from 1 to \(mostModels)", parameter: "limit",
                            code: "invalid_value")
                    }
                    limit = count
                case "after_id": after = value
                case "before_id": before = value
                default: continue
                }
            }
        }

        func part(of models: [OfferedModel]) -> (models: ArraySlice<OfferedModel>, hasMore: Bool) {
            var rest = models[...]
            if let after, let position = rest.firstIndex(where: { $0.id == after }) { rest = rest[(position + 1)...] }
            if let before, let position = rest.firstIndex(where: { $0.id == before }) {
                rest = rest[..<position]
                return (rest.suffix(limit ?? .max), rest.count > limit ?? .max)
            }
            return (rest.prefix(limit ?? .max), rest.count > limit ?? .max)
        }
    }
}

internal import GatewayTypes
internal import JSON

extension CacheMark {
    /// Reads `{"type":"ephemeral","ttl":"1h"}`; `nil` for what is none.
    init?(_ value: JSONValue?) {
        guard let value, value["type"]?.isString("ephemeral") == true else { return nil }
        self.init(lifetime: value["ttl"]?.string)
    }
}

extension JSONWriter {
    /// Writes the member `cache_control`, or nothing without a mark.
    mutating func cacheControl(_ mark: CacheMark?) {
        guard let mark else { return }
        key("cache_control")
        object {
            $0.member("type", "ephemeral")
            if let lifetime = mark.lifetime { $0.member("ttl", lifetime) }
        }
    }
}

internal import GatewayTypes
internal import JSON

extension ToolCall {
    /// The arguments as a JSON object, byte for byte; `{}` for what is none, such as text that a length limit cut.
    var argumentsObject: [UInt8] {
        let bytes = Array(arguments.utf8)
        guard let value = try? JSONValue.parse(bytes), value.kind == .object else { return Array("{}".utf8) }
        return value.raw
    }

    /// The same on one line, for formats whose records end with a line.
    var argumentsOnOneLine: [UInt8] {
        let object = argumentsObject
        guard object.contains(where: { $0 < 0x20 }), let value = try? JSONValue.parse(object) else { return object }
        return Array(value.compactText.utf8)
    }
}

extension RawJSON {
    /// This JSON Schema with `"type":"object"` where it names no type, as the formats that want an object demand.
    var objectSchema: [UInt8] {
        guard let schema = try? JSONValue.parse(bytes), schema.kind == .object, schema["type"] == nil else {
            return bytes
        }
        return JSONWriter.bytes {
            $0.beginObject()
            $0.member("type", "object")
            for (key, value) in schema.members { $0.member(key, value) }
            $0.endObject()
        }
    }

    static let emptyObjectSchema = RawJSON(#"{"type":"object","properties":{}}"#)
}

internal import GatewayTypes
internal import JSON

/// Gemini's `Schema`, a dialect of OpenAPI, as JSON Schema: types in lower case, `nullable` as a type, counts as numbers.
enum GeminiSchema {
    private static let schemas: Set<String> = ["items", "additionalProperties", "not", "contains"]
    private static let lists: Set<String> = ["anyOf", "oneOf", "allOf", "prefixItems"]
    private static let maps: Set<String> = ["properties", "$defs", "defs", "definitions", "patternProperties"]
    private static let counts: Set<String> = [
        "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties",
    ]
    private static let names: [String: String] = ["defs": "$defs", "ref": "$ref"]

    static func jsonSchema(_ schema: JSONValue) -> RawJSON {
        RawJSON(JSONWriter.bytes { write(schema, to: &$0) })
    }

    private static func write(_ schema: JSONValue, to writer: inout JSONWriter) {
        guard schema.kind == .object else { return writer.value(schema) }
        let isNullable = schema["nullable"]?.bool == true
        writer.beginObject()
        for (key, value) in schema.members {
            let name = GeminiField.camelCase(key)
            switch name {
            case "type": writeType(value, isNullable: isNullable, to: &writer)
            case "nullable", "propertyOrdering": continue
            case "format" where value.isString("enum"): continue
            case "example":
                writer.key("examples")
                writer.array { $0.value(value) }
            case "enum" where isNullable && value.kind == .array:
                writer.key(name)
                writer.array { list in
                    for item in value.elements { list.value(item) }
                    list.null()
                }
            case "properties": writeProperties(value, order: schema.list("propertyOrdering"), to: &writer)
            case _ where schemas.contains(name):
                writer.key(name)
                write(value, to: &writer)
            case _ where lists.contains(name) && value.kind == .array:
                writer.key(name)
                writer.array { list in for item in value.elements { write(item, to: &list) } }
            case _ where maps.contains(name) && value.kind == .object:
                writer.key(names[name] ?? name)
                writer.object { map in
                    for (key, value) in value.members {
                        map.key(key)
                        write(value, to: &map)
                    }
                }
            case _ where counts.contains(name):
                writer.key(name)
                if let count = value.wholeNumber { writer.int(count) } else { writer.value(value) }
            default: writer.member(names[name] ?? name, value)
            }
        }
        writer.endObject()
    }

    private static func writeType(_ type: JSONValue, isNullable: Bool, to writer: inout JSONWriter) {
        guard let word = type.string else { return writer.member("type", type) }
        guard word != "TYPE_UNSPECIFIED" else { return }
        let name = word.lowercased()
        guard isNullable, name != "null" else { return writer.member("type", name) }
        writer.key("type")
        writer.array {
            $0.string(name)
            $0.string("null")
        }
    }

    /// `propertyOrdering` says in which order the answer's members come; elsewhere that is the order they are described in.
    private static func writeProperties(_ properties: JSONValue, order: [JSONValue], to writer: inout JSONWriter) {
        let known = Dictionary(properties.members.map { ($0.key, $0.value) }) { first, _ in first }
        var told: Set<String> = []
        writer.key("properties")
        writer.beginObject()
        for name in order.compactMap(\.string) {
            guard let property = known[name], told.insert(name).inserted else { continue }
            writer.key(name)
            write(property, to: &writer)
        }
        for (name, property) in properties.members where !told.contains(name) {
            writer.key(name)
            write(property, to: &writer)
        }
        writer.endObject()
    }
}

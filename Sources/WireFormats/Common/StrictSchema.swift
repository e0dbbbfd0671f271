internal import JSON

/// Whether a JSON Schema keeps to the rules that OpenAI's strict mode demands: every object names all of its properties as
/// required and allows no others. Any other schema is refused there, so it has to go without the strictness.
enum StrictSchema {
    /// What nests deeper is taken to be none.
    private static let mostLevels = 32

    static func isOne(_ schema: JSONValue) -> Bool { isOne(schema, level: 0) }

    private static func isOne(_ schema: JSONValue, level: Int) -> Bool {
        guard level < mostLevels, schema.kind == .object else { return false }
        if let properties = schema["properties"] {
            guard schema["additionalProperties"]?.bool == false else { return false }
            let required = Set(schema["required"]?.elements.compactMap(\.string) ?? [])
            for (name, property) in properties.members {
                guard required.contains(name), isOne(property, level: level + 1) else { return false }
            }
        } else if schema["type"]?.isString("object") == true {
            return false
        }
        if let items = schema["items"], !isOne(items, level: level + 1) { return false }
        for key in ["anyOf", "$defs", "definitions"] {
            guard let parts = schema[key] else { continue }
            let schemas = parts.kind == .object ? parts.members.map(\.value) : parts.elements.map { $0 }
            guard schemas.allSatisfy({ isOne($0, level: level + 1) }) else { return false }
        }
        return true
    }
}

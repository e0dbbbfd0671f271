internal import GatewayTypes
internal import JSON

/// The tools of a request whose input is free text: elsewhere they are functions with one argument that is the text.
struct ResponsesCustomTools: Sendable {
    private static let argument = "input"
    static let schema = RawJSON(
        #"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}"#
    )

    private var names: Set<String> = []

    init(_ request: JSONValue) {
        for tool in request.present("tools")?.elements.map(\.self) ?? [] where tool["type"]?.isString("custom") == true
        {
            if let name = tool["name"]?.string { names.insert(name) }
        }
    }

    func contains(_ name: String) -> Bool { names.contains(name) }

    /// The arguments that say `input`.
    static func arguments(_ input: String) -> String {
        String(decoding: JSONWriter.bytes { $0.object { $0.member(argument, input) } }, as: UTF8.self)
    }

    /// The text in a call's arguments; the arguments themselves where a model departed from the schema.
    static func input(_ arguments: String) -> String {
        let object = try? JSONValue.parse(Array(arguments.utf8))
        return object?[argument]?.string ?? arguments
    }
}

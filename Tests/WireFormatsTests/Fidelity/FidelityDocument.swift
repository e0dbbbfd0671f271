import GatewayTypes
import JSON

@testable import WireFormats

/// docs/fidelity.md, as the code makes it.
enum FidelityDocument {
    /// Those of conversations.
    static let dialects: [Dialect] = Dialect.allCases.filter { $0.format is any ConversationFormat.Type }
    static let wires: [WireFormat] = WireFormat.conversing

    /// A plain question, so that there is someone to answer.
    static func request(in dialect: Dialect) throws -> ClientRequest {
        let table = try FidelityRows("requests/\(dialect.rawValue)")
        return try dialect.format.understand(ReceivedRequest(body: table.rows[0].without, path: table.path))
    }

    static func text() throws -> String {
        var text = head
        for dialect in dialects {
            let table = try FidelityRows("requests/\(dialect.rawValue)")
            text += "\n### Requests: \(dialect.rawValue)\n\n"
            text += line(["field"] + wires.map { "to \($0.rawValue)" })
            text += line((0...wires.count).map { _ in "---" })
            for row in table.rows {
                let fates = try wires.map { try Fidelity(request: row, path: table.path, from: dialect, to: $0) }
                text += line(["`\(row.field)`"] + fates.map { word($0, row) })
            }
        }
        for wire in wires {
            let table = try FidelityRows("answers/\(wire.rawValue)")
            text += "\n### Answers: \(wire.rawValue)\n\n"
            text += line(["field"] + dialects.map { "to \($0.rawValue)" })
            text += line((0...dialects.count).map { _ in "---" })
            for row in table.rows {
                let fates = try dialects.map {
                    try Fidelity(answer: row, from: wire, to: $0, asking: try request(in: $0))
                }
                text += line(["`\(row.field)`"] + fates.map { word($0, row) })
            }
        }
        return text
    }

    private static func word(_ fate: Fidelity, _ row: FidelityRow) -> String {
        guard fate == .lost, let why = row.why else { return fate.word }
        return "(\(why))"
    }

    private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }

    private static let head = """
        # What becomes of every field

        Written by the tests from what the code does (`make fidelity`), never by hand: for each field the same text with and
        without it was sent through the code that serves requests. The fields are those that the official SDKs know, and some
        that providers added; a test compares.

        * *untouched*: caller and provider speak the same format, the bytes go on as they came.
        * *carried*: the other side's text says it.
        * *reported*: the other side cannot hear it; it is named in `x-switchyard-dropped-params` and in the request's record.
        * *refused*: 400, naming the field.
        * In parentheses: left out, and why that is no loss.

        """
}

import GatewayTypes
import JSON

@testable import WireFormats

/// docs/fidelity.md, as the code makes it.
enum FidelityDocument {
    /// Those of conversations.
    static let dialects: [Dialect] = Dialect.allCases.filter { $0.format is any ConversationFormat.Type }
    static let wires: [WireFormat] = WireFormat.conversing
    /// Those of other work than conversations, whose requests are JSON.
    static let tasks: [Dialect] = [
        .cohereEmbed, .cohereRerank, .geminiEmbeddings, .ollamaEmbed, .openAIEmbeddings, .openAIImages,
        .openAIModerations, .openAISpeech,
    ]

    /// The formats that have words for what `dialect` asks.
    static func formats(for dialect: Dialect) throws -> [WireFormat] {
        let operation = try request(in: dialect).needs.operation
        return wires.filter { $0.can(operation) }
    }

    /// A plain question, so that there is someone to answer.
    static func request(in dialect: Dialect) throws -> ClientRequest {
        let table = try FidelityRows("requests/\(dialect.rawValue)")
        return try dialect.format.understand(ReceivedRequest(body: table.base, path: table.path))
    }

    /// The same question, to be answered as a stream that tells the usage.
    static func streamRequest(in dialect: Dialect) throws -> ClientRequest {
        let table = try FidelityRows("requests/\(dialect.rawValue)")
        guard dialect != .gemini else {
            let path = table.path.replacing(":generateContent", with: ":streamGenerateContent")
            return try dialect.format.understand(ReceivedRequest(body: table.base, path: path, query: "alt=sse"))
        }
        let hasOptions = dialect == .openAIChat || dialect == .openAICompletions
        let options = hasOptions ? #","stream_options":{"include_usage":true}"# : ""
        let body = table.base.dropLast() + Array(#","stream":true\#(options)}"#.utf8)
        return try dialect.format.understand(ReceivedRequest(body: Array(body), path: table.path))
    }

    /// What becomes of a row's field on its way to every dialect.
    static func fates(
        of row: FidelityRow, from wire: WireFormat, _ requests: [(Dialect, ClientRequest)], isStreamed: Bool
    )
        -> [(Dialect, Fidelity)]
    {
        requests.map { dialect, request in
            (dialect, Fidelity(answer: row, from: wire, isStreamed: isStreamed, to: dialect, asking: request))
        }
    }

    static func text() throws -> String {
        var text = head
        for dialect in dialects + tasks {
            let wires = try formats(for: dialect)
            let table = try FidelityRows("requests/\(dialect.rawValue)")
            text += "\n### Requests: \(dialect.rawValue)\n\n"
            text += line(["field"] + wires.map { "to \($0.rawValue)" })
            text += line((0...wires.count).map { _ in "---" })
            for row in table.rows {
                let fates = try wires.map { try Fidelity(request: row, path: table.path, from: dialect, to: $0) }
                text += line([name(of: row)] + fates.map { word($0, row) })
            }
        }
        for wire in wires { text += try answers(of: wire, isStreamed: false) }
        for wire in wires { text += try answers(of: wire, isStreamed: true) }
        return text
    }

    private static func answers(of wire: WireFormat, isStreamed: Bool) throws -> String {
        let table = try FidelityRows("\(isStreamed ? "streams" : "answers")/\(wire.rawValue)")
        let requests = try dialects.map { ($0, try isStreamed ? streamRequest(in: $0) : request(in: $0)) }
        var text = "\n### \(isStreamed ? "Streamed answers" : "Answers"): \(wire.rawValue)\n\n"
        text += line(["field"] + dialects.map { "to \($0.rawValue)" })
        text += line((0...dialects.count).map { _ in "---" })
        for row in table.rows {
            let fates = fates(of: row, from: wire, requests, isStreamed: isStreamed)
            text += line([name(of: row)] + fates.map { word($0.1, row) })
        }
        return text
    }

    private static func name(of row: FidelityRow) -> String {
        row.isWhole ? "`\(row.field)` and all in it" : "`\(row.field)`"
    }

    private static func word(_ fate: Fidelity, _ row: FidelityRow) -> String {
        guard fate == .lost, let why = row.why else { return fate.word }
        return "(\(why))"
    }

    private static func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }

    private static let head = """
        # What becomes of every field

        Written by the tests from what the code does (`make fidelity`), never by hand: for each field the same text with and
        without it was sent through the code that serves requests. The fields are all those that the types of the official SDKs
        have, and some that providers added; a test compares. A kind of object stands in brackets.

        * *untouched*: caller and provider speak the same format, the bytes go on as they came.
        * *carried*: the other side's text says it.
        * *reported*: the other side cannot hear it; it is named in `x-switchyard-dropped-params` and in the request's record.
        * *refused*: 400, naming the field.
        * *an error*: the answer is one, and the caller is told.
        * In parentheses: left out, and why that is no loss.

        """
}

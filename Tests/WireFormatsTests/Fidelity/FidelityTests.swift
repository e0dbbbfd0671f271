import GatewayTypes
import Glibc
import JSON
import Testing

@testable import WireFormats

@Suite("What becomes of every field")
struct FidelityTests {
    @Test(
        "No field of a request gets lost without a word", arguments: FidelityDocument.dialects + FidelityDocument.tasks)
    func requests(dialect: Dialect) throws {
        let table = try FidelityRows("requests/\(dialect.rawValue)")
        #expect(table.rows.count > 3)
        let wires = try FidelityDocument.formats(for: dialect)
        #expect(!wires.isEmpty)
        for row in table.rows {
            for wire in wires {
                let fate = try Fidelity(request: row, path: table.path, from: dialect, to: wire)
                #expect(fate != .lost || row.why != nil, "\(row.field) on its way to \(wire.rawValue)")
                #expect(fate != .changed, "\(row.field) on its way to \(wire.rawValue): what is in it needs rows")
            }
        }
    }

    @Test("No field of an answer gets lost without a word", arguments: FidelityDocument.wires)
    func answers(wire: WireFormat) throws {
        let requests = try FidelityDocument.dialects.map { ($0, try FidelityDocument.request(in: $0)) }
        try check("answers/\(wire.rawValue)", wire, requests, isStreamed: false)
    }

    @Test("No field of a streamed answer gets lost without a word", arguments: FidelityDocument.wires)
    func streams(wire: WireFormat) throws {
        let requests = try FidelityDocument.dialects.map { ($0, try FidelityDocument.streamRequest(in: $0)) }
        try check("streams/\(wire.rawValue)", wire, requests, isStreamed: true)
    }

    private func check(
        _ file: String, _ wire: WireFormat, _ requests: [(Dialect, ClientRequest)], isStreamed: Bool
    ) throws {
        let table = try FidelityRows(file)
        #expect(table.rows.count > 3)
        for row in table.rows {
            let fates = FidelityDocument.fates(of: row, from: wire, requests, isStreamed: isStreamed)
            for (dialect, fate) in fates {
                #expect(fate != .lost || row.why != nil, "\(row.field) on its way to \(dialect.rawValue)")
                #expect(fate != .changed, "\(row.field) on its way to \(dialect.rawValue): what is in it needs rows")
            }
        }
    }

    /// `SWITCHYARD_WRITE_FIDELITY=1 swift test --filter FidelityTests` writes it.
    @Test("docs/fidelity.md says what the code does")
    func document() throws {
        let text = try FidelityDocument.text()
        if getenv("SWITCHYARD_WRITE_FIDELITY") != nil { ProjectFile.write(text, to: "docs/fidelity.md") }
        #expect(
            String(decoding: ProjectFile.read("docs/fidelity.md"), as: UTF8.self) == text, "make fidelity writes it")
    }
}

import GatewayTypes
import Glibc
import JSON
import Testing

@testable import WireFormats

@Suite("What becomes of every field")
struct FidelityTests {
    @Test("No field of a request gets lost without a word", arguments: FidelityDocument.dialects)
    func requests(dialect: Dialect) throws {
        let table = try FidelityRows("requests/\(dialect.rawValue)")
        #expect(table.rows.count > 10)
        for row in table.rows {
            for wire in FidelityDocument.wires {
                let fate = try Fidelity(request: row, path: table.path, from: dialect, to: wire)
                #expect(fate != .lost || row.why != nil, "\(row.field) on its way to \(wire.rawValue)")
            }
        }
    }

    @Test("No field of an answer gets lost without a word", arguments: FidelityDocument.wires)
    func answers(wire: WireFormat) throws {
        let table = try FidelityRows("answers/\(wire.rawValue)")
        #expect(table.rows.count > 3)
        for row in table.rows {
            for dialect in FidelityDocument.dialects {
                let fate = try Fidelity(
                    answer: row, from: wire, to: dialect, asking: try FidelityDocument.request(in: dialect))
                #expect(fate != .lost || row.why != nil, "\(row.field) on its way to \(dialect.rawValue)")
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

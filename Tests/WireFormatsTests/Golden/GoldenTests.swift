import GatewayTypes
import Glibc
import JSON
import Testing

@testable import WireFormats

/// `SWITCHYARD_WRITE_GOLDEN=1 swift test --filter GoldenTests` writes what the code says into the files that are missing:
/// read it before you commit it.
@Suite("Exchanges as files tell them")
struct GoldenTests {
    private static let isWriting = getenv("SWITCHYARD_WRITE_GOLDEN") != nil

    @Test("There is a folder for every pair that matters")
    func pairs() {
        let pairs = Set(GoldenCase.all.map { "\($0.dialect.rawValue)-\($0.wire.rawValue)" })
        for wire in ["chat", "messages", "generate", "ollama"] { #expect(pairs.contains("anthropic-messages-\(wire)")) }
        for wire in ["messages", "generate", "ollama"] { #expect(pairs.contains("openai-chat-\(wire)")) }
    }

    @Test("What the caller sends is what the provider gets", arguments: GoldenCase.all)
    func request(golden: GoldenCase) throws {
        let call = try Self.call(golden)
        Self.compare(call.body, golden, "upstream-request", "json")
        let dropped = call.dropped.joined(separator: "\n")
        if Self.isWriting, !dropped.isEmpty { golden.write(Array(dropped.utf8), to: "dropped.txt") }
        let told = golden.file("dropped", ["txt"]).map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        #expect(told.split(separator: "\n").map { String($0) } == call.dropped)
    }

    @Test("What the provider answers is what the caller gets, in any cut", arguments: GoldenCase.all)
    func answer(golden: GoldenCase) throws {
        let (given, ending) = try #require(golden.file("upstream-answer", ["json", "sse", "ndjson"]))
        guard ending != "json" else {
            var relay = try Self.call(golden).relay
            return Self.compare(try relay.whole(given), golden, "answer", "json")
        }
        var outputs: [[UInt8]] = []
        for size in [given.count, 1, 37] {
            var relay = try Self.call(golden).relay
            var output: [UInt8] = []
            for start in stride(from: 0, to: given.count, by: size) {
                output += try relay.feed(Array(given[start..<min(start + size, given.count)]))
            }
            outputs.append(output + (try relay.finish()))
        }
        #expect(outputs.allSatisfy { $0 == outputs[0] })
        Self.compare(outputs[0], golden, "answer", "sse")
    }

    private static func call(_ golden: GoldenCase) throws -> UpstreamCall {
        let (body, _) = try #require(golden.file("request", ["json"]))
        let received = ReceivedRequest(body: body)
        let asked = try golden.dialect.format.understand(received)
        return try golden.dialect.format.call(asked, to: target(golden.wire, model: Self.model(golden.wire)))
    }

    /// A name that says what the model of that provider can do.
    private static func model(_ wire: WireFormat) -> String {
        switch wire {
        case .gemini: "gemini-2.5-flash"
        default: "m"
        }
    }

    private static func compare(_ bytes: [UInt8], _ golden: GoldenCase, _ name: String, _ ending: String) {
        if isWriting, golden.file(name, [ending]) == nil {
            golden.write(readable(bytes, ending), to: "\(name).\(ending)")
        }
        let expected = golden.file(name, [ending])?.bytes ?? []
        #expect(text(bytes, ending) == text(expected, ending), "\(golden.folder)/\(name).\(ending)")
    }

    /// JSON without white space between its tokens; streams as they are.
    private static func text(_ bytes: [UInt8], _ ending: String) -> String {
        guard ending == "json", let json = try? JSONValue.parse(bytes) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        return json.compactText
    }

    /// A member of the top level to a line.
    private static func readable(_ bytes: [UInt8], _ ending: String) -> [UInt8] {
        guard ending == "json", let json = try? JSONValue.parse(bytes), json.kind == .object else { return bytes }
        var lines: [String] = []
        for (key, value) in json.members { lines.append("  \"\(key)\": \(value.compactText)") }
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }
}

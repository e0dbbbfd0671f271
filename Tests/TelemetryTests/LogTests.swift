import Glibc
import Testing

@testable import Telemetry

@Suite("Log", .timeLimit(.minutes(5)))
struct LogTests {
    private func text(of value: any LogValue) -> String {
        let line = String(decoding: LogLine(at: 0, .info, "m", ["v": value]).bytes, as: UTF8.self)
        let head = #"{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"m","v":"#
        #expect(line.hasPrefix(head))
        #expect(line.hasSuffix("}\n"))
        return String(line.dropFirst(head.count).dropLast(2))
    }

    @Test("A line is one JSON object with time, level, message and the metadata in order")
    func shape() {
        let metadata: Log.Metadata = ["request_id": "r-1", "status": 200, "cached": true, "cost_usd": 0.5]
        let line = LogLine(at: 1_795_255_200_123, .warning, "request answered", metadata)
        let expected =
            #"{"time":"2026-11-21T10:00:00.123Z","level":"warning","message":"request answered","#
            + #""request_id":"r-1","status":200,"cached":true,"cost_usd":0.5}"# + "\n"
        #expect(String(decoding: line.bytes, as: UTF8.self) == expected)
    }

    @Test(
        "Text is escaped as JSON wants, and cannot start a line of its own",
        arguments: [
            ("", #""""#), ("a\"b\\c", #""a\"b\\c""#), ("one\ntwo\r\n", #""one\ntwo\r\n""#), ("\t", #""\t""#),
            ("\u{0}\u{1B}[31m\u{1F}\u{7F}", #""\u0000\u001b[31m\u001f\u007f""#),
            ("naïve 🔑 \u{2028}", "\"naïve 🔑 \u{2028}\""),
        ])
    func escaping(text: String, json: String) { #expect(self.text(of: text) == json) }

    @Test("A text too long is cut between two characters")
    func cut() {
        let long = text(of: String(repeating: "é", count: LogLine.longestText))
        #expect(long == "\"" + String(repeating: "é", count: LogLine.longestText / 2) + "…\"")
        let odd = text(of: "x" + String(repeating: "é", count: LogLine.longestText))
        #expect(odd == "\"x" + String(repeating: "é", count: LogLine.longestText / 2 - 1) + "…\"")
    }

    @Test("Numbers, truths and nothing are JSON's own")
    func values() {
        #expect(text(of: Int.min) == "-9223372036854775808")
        #expect(text(of: 1e21) == "1e+21")
        #expect(text(of: Double.nan) == "null")
        #expect(text(of: Double.infinity) == "null")
        #expect(text(of: false) == "false")
        #expect(text(of: Int?.none) == "null")
        #expect(text(of: String?.some("x")) == "\"x\"")
    }

    @Test("A secret never shows, however it is printed")
    func secret() {
        let secret = Secret("sk-very-private")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(["key": secret], to: &dumped)
        let printed = ["\(secret)", String(describing: [secret]), String(reflecting: secret), dumped, text(of: secret)]
        for text in printed {
            #expect(text.contains("secret"))
            #expect(!text.contains("very-private"))
        }
        #expect(secret.reveal() == "sk-very-private")
    }

    @Test("Lines below the level are not written and their metadata is not even made", arguments: LogLevel.allCases)
    func level(least: LogLevel) throws {
        let pipe = Pipe()
        let sink = try #require(LogSink.start(descriptor: pipe.writer))
        let log = Log(level: least, sink: sink)
        var built = 0
        func count() -> Int {
            built += 1
            return built
        }
        log.debug("debug", ["n": count()])
        log.info("info", ["n": count()])
        log.notice("notice", ["n": count()])
        log.warning("warning", ["n": count()])
        log.error("error", ["n": count()])
        sink.close()
        let wanted = LogLevel.allCases.filter { $0 >= least }
        let lines = pipe.lines()
        #expect(lines.count == wanted.count)
        #expect(built == wanted.count)
        for (line, level) in zip(lines, wanted) {
            #expect(line.contains(#""level":"\#(level)","message":"\#(level)""#))
        }
    }
}

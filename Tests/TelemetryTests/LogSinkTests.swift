import Glibc
import Testing
import Threading

@testable import Telemetry

@Suite("LogSink", .timeLimit(.minutes(5)))
struct LogSinkTests {
    /// Limits under which nothing is written until something asks for it.
    private var patient: LogSink.Limits {
        var limits = LogSink.Limits()
        limits.interval = .seconds(600)
        return limits
    }

    @Test("A line is written after the interval without anybody asking")
    func interval() throws {
        let pipe = Pipe()
        let sink = try #require(LogSink.start(descriptor: pipe.writer))
        Log(level: .info, sink: sink).info("hello")
        #expect(pipe.lines().count == 1)
        sink.close()
    }

    @Test("An error is written at once, with what came before it")
    func urgent() throws {
        let pipe = Pipe()
        let sink = try #require(LogSink.start(descriptor: pipe.writer, limits: patient))
        let log = Log(level: .info, sink: sink)
        log.info("before")
        log.error("broken")
        #expect(pipe.lines().count == 2)
        sink.close()
    }

    @Test("A full batch does not wait for the interval")
    func batch() throws {
        let pipe = Pipe()
        var limits = patient
        limits.batch = 1000
        let sink = try #require(LogSink.start(descriptor: pipe.writer, limits: limits))
        let log = Log(level: .info, sink: sink)
        for _ in 0..<20 { log.info("a line of some eighty bytes") }
        #expect(pipe.lines().count > 0)
        sink.close()
    }

    @Test("Flushing and closing write what waits, and later lines are dropped and counted")
    func closing() throws {
        let pipe = Pipe()
        let sink = try #require(LogSink.start(descriptor: pipe.writer, limits: patient))
        let log = Log(level: .info, sink: sink)
        log.info("one")
        sink.flush()
        #expect(pipe.lines().count == 1)
        log.info("two")
        sink.close()
        #expect(pipe.lines().count == 1)
        log.info("three")
        #expect(sink.droppedLines == 1)
        sink.close()
    }

    @Test("When nobody reads, lines are dropped, counted and told of, and nobody waits")
    func dropping() throws {
        let pipe = Pipe()
        var limits = LogSink.Limits()
        limits.capacity = 4096
        let sink = try #require(LogSink.start(descriptor: pipe.writer, limits: limits))
        let log = Log(level: .info, sink: sink)
        // Far more than the pipe's 64 KB, the batch on its way and the buffer hold together.
        for number in 0..<5000 { log.info("nobody reads this line", ["n": number]) }
        let dropped = sink.droppedLines
        #expect(dropped > 1000)
        sink.flush(atMost: .milliseconds(1))  // gives up on a descriptor that is stuck
        let closing = HandOver<Bool>()
        #expect(
            Thread.start(name: "closer") {
                sink.close(atMost: .seconds(20))
                closing.put(true)
            })
        var lines: [String] = []
        while !lines.contains(where: { $0.contains("log lines dropped") }) {
            let more = pipe.lines()
            if more.isEmpty { break }
            lines += more
        }
        #expect(closing.take())
        lines += pipe.lines()
        #expect(lines.contains { $0.contains(#""message":"log lines dropped","count":"#) })
        #expect(lines.count { $0.contains("nobody reads") } + dropped == 5000)
    }

    @Test("Lines of many threads are all there, whole, and in each thread's order")
    func threads() throws {
        let pipe = Pipe()
        let sink = try #require(LogSink.start(descriptor: pipe.writer))
        let log = Log(level: .info, sink: sink)
        let ended = (0..<4).map { _ in HandOver<Bool>() }
        for (index, end) in ended.enumerated() {
            #expect(
                Thread.start(name: "logger") {
                    for number in 0..<100 { log.info("line", ["thread": index, "n": number]) }
                    end.put(true)
                })
        }
        for end in ended { #expect(end.take()) }
        sink.close()
        let lines = pipe.lines()
        #expect(lines.count == 400)
        for index in 0..<4 {
            let own = lines.filter { $0.contains(#""thread":\#(index),"#) }
            #expect(own.map { $0.hasSuffix("}") } == Array(repeating: true, count: 100))
            #expect(own.enumerated().allSatisfy { $1.hasSuffix(#""n":\#($0)}"#) })
        }
    }
}

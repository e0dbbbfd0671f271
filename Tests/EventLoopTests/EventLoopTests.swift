import Glibc
import Testing
import Threading

@testable import EventLoop

/// An actor confined to a loop, as every actor on a request's path is.
private actor Counter {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var value = 0

    init(_ loop: EventLoop) { self.loop = loop }

    func increment() -> Int {
        value += 1
        return value
    }

    /// Enqueues that `count` calls of another actor cost.
    func callManyTimes(_ count: Int, _ other: Counter) async -> (sum: Int, enqueued: Int) {
        let before = loop.enqueues.local
        var sum = 0
        for _ in 0..<count { sum += await other.increment() }
        return (sum, loop.enqueues.local - before)
    }

    func resumeManyTimes(_ count: Int, with trigger: LoopTrigger) async -> (strangers: Int, local: Int, foreign: Int) {
        var strangers = 0
        let before = loop.enqueues
        for _ in 0..<count {
            await withCheckedContinuation { trigger.onNextTurn(of: loop, $0) }
            if !loop.isCurrent { strangers += 1 }
        }
        return (strangers, loop.enqueues.local - before.local, loop.enqueues.foreign - before.foreign)
    }
}

/// `@unchecked Sendable`: only touched on the loop's thread.
private final class LoopTrigger: @unchecked Sendable {
    private var timer: LoopTimer?
    private var waiting: CheckedContinuation<Void, Never>?

    func onNextTurn(of loop: EventLoop, _ caller: CheckedContinuation<Void, Never>) {
        waiting = caller
        if timer == nil {
            timer = LoopTimer(loop) { [unowned self] in
                let caller = waiting
                waiting = nil
                caller?.resume()
            }
        }
        timer?.fire(after: .zero)
    }
}

@Suite("EventLoop")
struct EventLoopTests {
    @Test("A continuation resumed on the loop comes back in one enqueue, never through a foreign thread")
    func hops() async throws {
        let loop = try EventLoop.start(name: "test")
        defer { loop.stop() }
        let counter = Counter(loop)
        let (strangers, local, foreign) = await Task(executorPreference: loop) {
            await counter.resumeManyTimes(1000, with: LoopTrigger())
        }.value
        #expect(strangers == 0)
        #expect(local == 1000)
        #expect(foreign == 0)
    }

    @Test("A call between actors of one loop enqueues nothing")
    func calls() async throws {
        let loop = try EventLoop.start(name: "test")
        defer { loop.stop() }
        let counter = Counter(loop)
        let (sum, enqueued) = await Task(executorPreference: loop) {
            await Counter(loop).callManyTimes(1000, counter)
        }.value
        #expect(sum == 500_500)
        #expect(enqueued == 0)
    }

    @Test("Work from another thread wakes the loop")
    func wakes() async throws {
        let loop = try EventLoop.start(name: "test")
        defer { loop.stop() }
        let counter = Counter(loop)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 { group.addTask { _ = await counter.increment() } }
        }
        #expect(await counter.increment() == 201)
    }

    @Test("A sleep lasts as long as asked, and ends at once when its task is cancelled")
    func sleeps() async throws {
        let loop = try EventLoop.start(name: "test")
        defer { loop.stop() }
        let clock = ContinuousClock()
        let slept = await clock.measure {
            await Task(executorPreference: loop) { try? await loop.sleep(for: .milliseconds(30)) }.value
        }
        #expect(slept >= .milliseconds(29))
        let long = Task(executorPreference: loop) {
            do {
                try await loop.sleep(for: .seconds(600))
                return false
            } catch { return true }
        }
        long.cancel()
        #expect(await long.value)
    }

    @Test("A sleep ends wherever the cancellation meets it, also before it has begun", .timeLimit(.minutes(5)))
    func cancelledSleep() async throws {
        let loop = try EventLoop.start(name: "test")
        defer { loop.stop() }
        for _ in 0..<500 {
            let sleeper = Task(executorPreference: loop) {
                do {
                    try await loop.sleep(for: .seconds(600))
                    return false
                } catch { return true }
            }
            sleeper.cancel()
            #expect(await sleeper.value)
        }
    }

    @Test("A descriptor event fires while enabled and not after")
    func descriptors() async throws {
        let loop = try EventLoop.start(name: "test")
        defer { loop.stop() }
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        defer {
            close(reader)
            close(writer)
        }
        let fired = await Task(executorPreference: loop) {
            let seen = Locked(0)
            let event = DescriptorEvent(loop, descriptor: reader, on: .read) { _ in
                var byte: UInt8 = 0
                _ = read(reader, &byte, 1)
                seen.withLock { $0 += 1 }
            }
            event.enable()
            _ = write(writer, "ab", 2)
            try? await loop.sleep(for: .milliseconds(20))
            event.disable()
            _ = write(writer, "c", 1)
            try? await loop.sleep(for: .milliseconds(20))
            return seen.withLock { $0 }
        }.value
        #expect(fired == 2)
    }

    @Test("What a callback makes ready runs before the next callback, what waits for the turn's end after all of them")
    func orderWithinATurn() async throws {
        let loop = try EventLoop.start(name: "test")
        defer { loop.stop() }
        let told = await Task(executorPreference: loop) {
            let told = Locked<[String]>([])
            // Two timers that are due in the same turn.
            let timers = ["a", "b"].map { name in
                LoopTimer(loop) {
                    told.withLock { $0.append("callback \(name)") }
                    loop.atTurnEnd { told.withLock { $0.append("end \(name)") } }
                    loop.execute { told.withLock { $0.append("job \(name)") } }
                }
            }
            for timer in timers { timer.fire(after: .zero) }
            try? await loop.sleep(for: .milliseconds(20))
            _ = timers
            return told.withLock { $0 }
        }.value
        #expect(told == ["callback a", "job a", "callback b", "job b", "end a", "end b"])
    }

    @Test("A blocking thread runs its actor's jobs in order on one thread")
    func blocking() async throws {
        let thread = try BlockingThread.start(name: "sql")
        defer { thread.stop() }
        let actor = BlockingActor(thread)
        for expected in 1...50 { #expect(await actor.next() == expected) }
        #expect(await actor.threads == 1)
    }
}

private actor BlockingActor {
    nonisolated let executor: BlockingThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private var count = 0
    private var seen: Set<UInt> = []
    var threads: Int { seen.count }
    init(_ executor: BlockingThread) { self.executor = executor }
    func next() -> Int {
        count += 1
        seen.insert(UInt(pthread_self()))
        return count
    }
}

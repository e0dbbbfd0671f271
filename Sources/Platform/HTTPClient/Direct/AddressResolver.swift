internal import EventLoop

/// Looks names up on threads of their own, several requests for one name at once, and remembers the answers for a minute.
///
/// `@unchecked Sendable`: every member is only touched on the thread of `loop`.
final class AddressResolver: @unchecked Sendable {
    typealias Answer = Result<[PeerAddress], PeerAddress.Failure>

    private struct Name: Hashable {
        var host: String
        var port: UInt16
    }

    private struct Known {
        var addresses: [PeerAddress]
        var until: Moment
    }

    private static let memory = Duration.seconds(60)
    /// Names remembered; beyond them all are forgotten.
    private static let capacity = 1024
    private static let threads = 16

    private let loop: EventLoop
    private var known: [Name: Known] = [:]
    private var asked: [Name: [(Answer) -> Void]] = [:]
    /// Names whose look-up waits for a thread.
    private var queue: [Name] = []
    private var running = 0

    init(_ loop: EventLoop) { self.loop = loop }

    /// Calls `done` on the loop, perhaps before this returns.
    func lookUp(_ host: String, port: UInt16, at now: Moment, _ done: @escaping (Answer) -> Void) {
        let name = Name(host: host, port: port)
        if let known = known[name], known.until > now { return done(.success(known.addresses)) }
        if asked[name] != nil {
            asked[name]?.append(done)
            return
        }
        asked[name] = [done]
        queue.append(name)
        runNext()
    }

    /// Nobody is told anything any more.
    func forget() { asked = [:] }

    private func runNext() {
        guard running < Self.threads, !queue.isEmpty else { return }
        let name = queue.removeFirst()
        running += 1
        let started = Thread.start(name: "resolve") { [self] in
            let answer: Answer
            do throws(PeerAddress.Failure) {
                answer = .success(try PeerAddress.all(of: name.host, port: name.port, isLiteral: false))
            } catch { answer = .failure(error) }
            loop.execute { self.found(name, answer) }
        }
        if !started { found(name, .failure(PeerAddress.Failure(text: "no thread for the look-up"))) }
    }

    private func found(_ name: Name, _ answer: Answer) {
        running -= 1
        if case .success(let addresses) = answer {
            if known.count >= Self.capacity { known = [:] }
            known[name] = Known(addresses: addresses, until: .now + Self.memory)
        }
        for done in asked.removeValue(forKey: name) ?? [] { done(answer) }
        runNext()
    }
}

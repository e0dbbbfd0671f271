internal import EventLoop
internal import HTTPTypes

/// One request and its answer, from the end of the head to the end of the answer. The handler's view of the connection: once
/// the answer has ended or the client has left, it is cut off and every call is refused or does nothing.
///
/// `@unchecked Sendable`: every member is only touched on the thread of `loop`; `checkIsolated` sees to it.
final class Exchange: @unchecked Sendable {
    enum Answer {
        case awaited
        case streaming
        case ended
    }

    enum BodyDemand {
        case none
        case piece
        case whole(limit: Int)
    }

    let loop: EventLoop
    /// `nil` once the exchange is over.
    private(set) var connection: Connection?
    let isHead: Bool
    let minorVersion: Int
    /// Whether the connection may serve another request; decided for good when the answer's head is written.
    var keepsAlive: Bool
    private var task: Task<Void, Never>?

    /// Content that has come and that nobody has taken.
    var arrived: [UInt8] = []
    var isBodyComplete = false
    var bodyError: HTTPBodyError?
    var demand = BodyDemand.none
    var bodyWaiter: UnsafeContinuation<Void, Never>?

    var answer = Answer.awaited
    /// Whether the stream's pieces are dropped (HEAD, 204, 304) or sent plain (HTTP/1.0) or as chunks.
    var coding = AnswerHead.Coding.none
    /// What is sent when a stream has been silent for so many ticks; zero of them are none.
    private(set) var filler: [UInt8] = []
    private(set) var fillerTicks = 0
    var roomWaiter: UnsafeContinuation<Void, Never>?

    init(_ connection: Connection, _ head: borrowing RequestHead) {
        loop = connection.home.loop
        self.connection = connection
        isHead = head.method == .head
        minorVersion = head.minorVersion
        keepsAlive = head.keepsAlive
    }

    func run(in task: Task<Void, Never>) { self.task = task }

    /// The answer is complete: the handler may go on, but no longer with this connection.
    func detach() {
        connection = nil
        answer = .ended
        task = nil
        if !isBodyComplete { failBody(.clientGone) }
    }

    /// The client has left or was cut off: whatever the handler waits for ends now.
    func clientLeft() {
        let task = self.task
        detach()
        task?.cancel()
        wakeWriter()
    }

    func fillSilence(of interval: Duration, with filler: [UInt8]) {
        loop.checkIsolated()
        guard let connection, answer == .streaming, coding == .chunked || coding == .untilClose else { return }
        self.filler = filler
        fillerTicks = max(1, connection.home.ticks(interval))
    }

    func rescaleSilence(by ratio: Double) { fillerTicks = Int((Double(fillerTicks) * ratio).rounded(.up)) }

    func failBody(_ error: HTTPBodyError) {
        if bodyError == nil { bodyError = error }
        wakeReader()
    }

    func wakeReader() {
        demand = .none
        guard let bodyWaiter else { return }
        self.bodyWaiter = nil
        bodyWaiter.resume()
    }

    func wakeWriter() {
        guard let roomWaiter else { return }
        self.roomWaiter = nil
        roomWaiter.resume()
    }
}

internal import CCurl  // with it the system's socket constants
internal import EventLoop
internal import Glibc
internal import HTTPTypes

/// One connection to an origin: it gets connected for a call, serves one after the other, and lies kept in between. Its read
/// event stays in epoll all that time, so a request costs no change there, and a kept connection that the peer closes is gone
/// at once. Used on the loop's thread only; the descriptor is closed by `close`.
final class DirectConnection {
    let origin: Origin
    unowned let home: DirectTransport
    var descriptor: Int32 = -1
    var reader: DescriptorEvent?
    var writer: DescriptorEvent?

    /// The call it is connected for, or serves.
    var call: DirectCall?
    var decoder = AnswerDecoder(to: .get)
    /// Bytes of the answer have come.
    var hasReceived = false
    /// Bytes of the request have left.
    var hasSent = false
    /// The request's head from where it is not sent yet.
    var unsentHead: [UInt8] = []
    /// How much of the request's body is sent.
    var bodySent = 0

    /// Calls served before the one in hand.
    private(set) var served = 0
    /// It is in `origin.kept`, or was when it closed.
    var isKept = false
    var keptUntil = Moment.now
    private(set) var isClosed = false

    private var addresses: [PeerAddress] = []
    private var tried = 0
    private var lastFailure = HTTPClientError.connect("no address")
    /// When the next of several addresses is tried.
    private(set) var attemptBy: Moment?

    init(to origin: Origin, in home: DirectTransport) {
        self.origin = origin
        self.home = home
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    // MARK: - Opening

    /// Connects, then serves `call`.
    func open(for call: DirectCall) {
        self.call = call
        call.connection = self
        if let literal = origin.literal { return opened(.success([literal])) }
        home.resolver.lookUp(origin.host, port: origin.port, at: .now) { [weak self] in self?.opened($0) }
    }

    private func opened(_ answer: AddressResolver.Answer) {
        guard !isClosed else { return }
        switch answer {
        case .success(let addresses):
            self.addresses = addresses
            tryNextAddress()
        case .failure(let failure): fail(.resolve("\(origin.host): \(failure.text)"))
        }
    }

    func tryNextAddress() {
        guard let call else { return }
        closeDescriptor()
        attemptBy = nil
        while tried < addresses.count {
            let address = addresses[(origin.preferred + tried) % addresses.count]
            tried += 1
            guard begin(address) else { continue }
            guard tried < addresses.count, let connectBy = call.connectBy else { return }
            // An address that does not answer at all leaves half of the time to the others.
            let now = Moment.now
            attemptBy = now + (connectBy - now) / 2
            home.arm(for: attemptBy)
            return
        }
        fail(lastFailure)
    }

    /// - Returns: whether there is an outcome to wait for.
    private func begin(_ address: PeerAddress) -> Bool {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else {
            noteFailure(errno)
            return false
        }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard address.connect(descriptor) == 0 || errno == EINPROGRESS else {
            noteFailure(errno)
            closeDescriptor()
            return false
        }
        writer = DescriptorEvent(home.loop, descriptor: descriptor, on: .write) { [unowned self] _ in connectEnded() }
        writer?.enable()
        return true
    }

    private func connectEnded() {
        var status: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &status, &size)
        guard status == 0, let call else {
            noteFailure(status)
            return tryNextAddress()
        }
        writer?.disable()
        writer = nil
        attemptBy = nil
        origin.preferred = (origin.preferred + tried - 1) % addresses.count
        reader = DescriptorEvent(home.loop, descriptor: descriptor, on: .read) { [unowned self] _ in receive() }
        reader?.enable()
        serve(call)
    }

    private func noteFailure(_ code: Int32) {
        lastFailure = code == ECONNREFUSED ? .refused : .connect(String(cString: strerror(code)))
    }

    // MARK: - Calls

    /// Sends the call's request at the end of the turn and reads its answer. The connection stands and has no other call.
    func serve(_ call: DirectCall) {
        self.call = call
        call.connection = self
        call.connectBy = nil
        isKept = false
        decoder = AnswerDecoder(to: call.request.method)
        hasReceived = false
        hasSent = false
        bodySent = 0
        do throws(HTTPClientError) {
            unsentHead = try home.head(of: call)
            home.sendSoon(self)
        } catch { fail(error) }
    }

    /// The answer is whole; what is left of the request is not wanted.
    /// - Parameter keeps: nothing else has come, and all was sent.
    func complete(keeps: Bool) {
        guard let call else { return }
        self.call = nil
        served += 1
        if keeps { home.release(self) } else { close() }
        home.finish(call, .ended)
    }

    func fail(_ error: HTTPClientError) {
        let call = self.call
        abandon()
        if let call { home.finish(call, .failed(error)) }
    }

    /// The connection ended before a byte of the answer came. If others had used it before, that is no verdict on the
    /// request: the peer dropped an idle connection, and the request goes out once more, over a new one.
    func lost() {
        guard let call, served > 0, !call.isRepeated, call.request.mayBeRepeated || !hasSent else {
            return fail(.reset)
        }
        abandon()
        call.connection = nil
        call.isRepeated = true
        call.connectBy = .now + (call.request.connectTimeout ?? DirectCall.connectTimeout)
        home.connect(call)
        if !call.isOver { home.arm(for: call.nextDeadline) }
    }

    /// Lets go of the call, and of the connection, on which half an exchange lies.
    func abandon() {
        call = nil
        close()
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        closeDescriptor()
        home.closed(self)
    }

    private func closeDescriptor() {
        reader?.disable()
        writer?.disable()
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Something has come though nothing was asked: the peer's end, or bytes that no request explains.
    var hasNews: Bool {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) >= 0 || errno != EAGAIN
    }
}

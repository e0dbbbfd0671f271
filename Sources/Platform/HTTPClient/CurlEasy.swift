internal import CCurl
internal import EventLoop
internal import HTTPTypes

/// One libcurl easy handle with everything libcurl reads while it works. Kept by `CurlMulti` and used for one transfer
/// after the other; the options that never change are set once, which is cheaper than `curl_easy_reset` and setting all
/// of them again.
///
/// libcurl copies URL, method and user agent, but neither headers nor body: both are kept here until `release`, when
/// libcurl has let go of the handle. Used on the loop's thread only. The handle is freed with the object, which by then
/// is in no multi handle.
final class CurlEasy: TransferCarrier {
    let handle: UnsafeMutableRawPointer
    /// Place in `CurlMulti.active`.
    var activeIndex = 0
    var deadlines = TransferDeadlines(start: .now, firstByte: nil, idle: nil, total: nil)
    private(set) var timer: DeadlineTimer!
    private(set) var transfer: Transfer?
    /// libcurl stopped reading because nobody takes what it has read.
    private(set) var isPaused = false

    /// Why a callback told libcurl to stop.
    private var verdict: HTTPClientError?
    /// How often a connection was ready for the request; the second time libcurl would send it again.
    private var attempts = 0
    private var survivesStaleConnection = false
    private var method = HTTPMethod.get

    private var settings: CurlEasySettings
    private let errorText: UnsafeMutablePointer<CChar>
    private unowned let multi: CurlMulti

    init(_ multi: CurlMulti, loop: EventLoop, defaults: CurlDefaults) throws(HTTPClientError) {
        guard let handle = curl_easy_init() else { throw .connect("no memory for a transfer") }
        self.handle = handle
        self.multi = multi
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        settings = CurlEasySettings(handle, defaults.proxies)
        timer = DeadlineTimer(loop) { [unowned self] in multi.deadlinePassed(self) }
        defaults.apply(to: handle)
        curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        setCallbacks()
    }

    deinit {
        curl_easy_cleanup(handle)
        errorText.deallocate()
    }

    /// Sets the handle up for `request`; it then works for `transfer` until `release`.
    func prepare(_ request: HTTPClientRequest, for transfer: Transfer) throws(HTTPClientError) {
        try settings.set(request)
        deadlines = TransferDeadlines(
            start: .now, firstByte: request.firstByteTimeout, idle: request.idleTimeout, total: request.totalTimeout)
        timer.set(deadlines.next)
        method = request.method
        survivesStaleConnection = request.survivesStaleConnection
        errorText[0] = 0
        verdict = nil
        attempts = 0
        isPaused = false
        self.transfer = transfer
        transfer.carrier = self
    }

    /// Lets go of the request's memory, once the handle is out of the multi handle.
    func release() {
        timer.set(nil)
        settings.release()
        transfer = nil
    }

    /// What libcurl's verdict on the transfer means.
    func outcome(_ code: CURLcode) -> Transfer.Outcome {
        if let verdict { return .failed(verdict) }
        let hasHead = transfer?.head.isComplete == true
        if code == CURLE_OK { return hasHead ? .ended : .failed(.reset) }
        var newConnections = 0
        curl_get_long(handle, CURLINFO_NUM_CONNECTS, &newConnections)
        transfer?.wasOnKeptConnection = newConnections == 0
        var systemError = 0
        curl_get_long(handle, CURLINFO_OS_ERRNO, &systemError)
        return .failed(
            HTTPClientError(
                code, text: String(cString: errorText), systemError: systemError, wasSent: attempts > 0,
                hasHead: hasHead))
    }

    /// From within a call to the multi handle.
    func unpause(at now: Moment) {
        isPaused = false
        deadlines.resume(at: now)
        curl_easy_pause(handle, CURLPAUSE_CONT)
    }

    // MARK: - For the reader

    func resume() { multi.resume(self) }

    func end(_ error: HTTPClientError) { multi.end(self, .failed(error)) }

    func expectMilestone(at moment: Moment?) {
        deadlines.milestone = moment
        timer.set(deadlines.next)
    }

    // MARK: - Callbacks, on the loop, from within a call to the multi handle

    private func setCallbacks() {
        let me = Unmanaged.passUnretained(self).toOpaque()
        curl_set_pointer(handle, CURLOPT_PRIVATE, me)
        curl_set_pointer(handle, CURLOPT_WRITEDATA, me)
        curl_set_pointer(handle, CURLOPT_HEADERDATA, me)
        curl_set_pointer(handle, CURLOPT_PREREQDATA, me)
        curl_set_write_function(handle) { bytes, size, count, me in
            CurlEasy.at(me).took(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        curl_set_header_function(handle) { bytes, size, count, me in
            CurlEasy.at(me).tookHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        curl_set_request_function(handle) { me, _, _, _, _ in CurlEasy.at(me).connectionIsReady() }
        multi.watchSockets(of: handle)
    }

    static func at(_ context: UnsafeMutableRawPointer?) -> CurlEasy {
        Unmanaged<CurlEasy>.fromOpaque(context!).takeUnretainedValue()
    }

    /// libcurl sends a request again, whatever its method, if a kept connection ended before a byte of the answer came.
    /// The upstream may have acted on the first one, so only a method that may be repeated is (RFC 9110, 9.2.2).
    private func connectionIsReady() -> Int32 {
        attempts += 1
        if attempts > 1 {
            switch method {
            case .get, .head, .options, .put, .delete: break
            case .post, .patch, .other:
                if survivesStaleConnection, attempts == 2 { break }
                verdict = .reset
                return CURL_PREREQFUNC_ABORT
            }
        }
        return CURL_PREREQFUNC_OK
    }

    private func tookHeader(_ line: UnsafeRawBufferPointer) -> Int {
        guard let transfer else { return 0 }
        let hadBegun = transfer.head.hasBegun
        let step = transfer.head.take(line)
        if !hadBegun && transfer.head.hasBegun {
            deadlines.answerBegins(at: .now)
            multi.deadlinesChanged(of: self)
        }
        switch step {
        case .more: break
        case .complete:
            var connections = 0
            curl_get_long(handle, CURLINFO_NUM_CONNECTS, &connections)
            if method != .head { transfer.head.describeDecoded() }
            transfer.headArrived(connectionReused: connections == 0)
        case .broken(let reason):
            verdict = .protocolViolation(reason)
            return 0
        }
        return line.count
    }

    private func took(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let transfer else { return 0 }
        switch transfer.take(bytes) {
        case .taken:
            if deadlines.countsSilence { deadlines.byte(at: .now) }
            return bytes.count
        case .pause:
            isPaused = true
            deadlines.pause()
            return Int(CURL_WRITEFUNC_PAUSE)
        case .tooLarge:
            verdict = .bodyTooLarge
            return 0
        }
    }
}

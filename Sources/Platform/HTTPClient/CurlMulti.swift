internal import CCurl
internal import EventLoop
internal import Glibc

/// libcurl's multi handle wired to an event loop: sockets and one timer go in, finished transfers come out.
///
/// Owns the multi handle, every easy handle (in `active` while it works, else in `idle`) and every socket watch; all are
/// freed by `shutdown`. C contexts point here unretained: none outlives `shutdown`.
///
/// `@unchecked Sendable`: every member is only touched on the thread of `loop`.
final class CurlMulti: @unchecked Sendable {
    private let loop: EventLoop
    private let defaults: CurlDefaults
    private var handle: UnsafeMutableRawPointer?
    private var timer: DeadlineTimer!

    private(set) var active: [CurlEasy] = []
    private var idle: [CurlEasy] = []
    private var watches: [Int32: SocketWatch] = [:]
    /// Descriptors that libcurl opened through us and so closes through us; others it closes by itself.
    private var opened: Set<Int32> = []

    /// libcurl is on the stack: it must not be called again.
    private var isInside = false
    /// libcurl asked to be called again at once.
    private var isDue = false
    private var changedDeadlines: [CurlEasy] = []
    private var unfinished: [(CurlEasy, Transfer.Outcome)] = []

    /// Handles without work that are kept, some 20 KB each.
    private static let idleHandles = 64
    /// How often libcurl may ask to be called again before other events of the loop have their turn.
    private static let immediateCalls = 8

    private static let initialised: CURLcode = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    init(loop: EventLoop, options: HTTPClientOptions, proxies: ProxyEnvironment) throws(HTTPClientError) {
        guard Self.initialised == CURLE_OK, let handle = curl_multi_init() else {
            throw .connect("no memory for libcurl")
        }
        self.loop = loop
        defaults = try CurlDefaults(options, proxies)
        self.handle = handle
        timer = DeadlineTimer(loop) { [unowned self] in act(on: CURL_SOCKET_TIMEOUT, 0) }
        setCallbacks(handle)
        curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, options.maxIdleConnections)
        curl_multi_set_long(handle, CURLMOPT_MAX_CONCURRENT_STREAMS, options.streamsPerConnection)
        curl_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, options.maxConnectionsPerHost ?? 0)
    }

    // MARK: - Transfers

    /// Starts `request` for `transfer`. Its outcome comes through `Transfer.finish`, perhaps before this returns.
    func begin(_ transfer: Transfer, _ request: HTTPClientRequest) throws(HTTPClientError) {
        guard let handle else { throw .cancelled }
        let easy: CurlEasy
        if let kept = idle.popLast() { easy = kept } else { easy = try CurlEasy(self, loop: loop, defaults: defaults) }
        do {
            try easy.prepare(request, for: transfer)
        } catch {
            idle.append(easy)
            throw error
        }
        easy.activeIndex = active.count
        active.append(easy)
        enter { curl_multi_add_handle(handle, easy.handle) }
    }

    /// Ends a transfer before libcurl does.
    func end(_ easy: CurlEasy, _ outcome: Transfer.Outcome) {
        guard !isInside else { return unfinished.append((easy, outcome)) }
        enter { finish(easy, outcome) }
    }

    /// The reader has made room.
    func resume(_ easy: CurlEasy) {
        enter { easy.unpause(at: .now) }
        easy.timer.set(easy.deadlines.next)
    }

    func deadlinesChanged(of easy: CurlEasy) { changedDeadlines.append(easy) }

    func deadlinePassed(_ easy: CurlEasy) {
        guard easy.transfer != nil else { return }
        guard let error = easy.deadlines.expired(at: .now) else { return easy.timer.set(easy.deadlines.next) }
        end(easy, .failed(error))
    }

    /// Ends every transfer, closes every connection, frees every handle.
    func shutdown() {
        guard let handle else { return }
        for easy in active { finish(easy, .failed(.cancelled)) }
        self.handle = nil
        idle = []
        curl_multi_cleanup(handle)
        watches = [:]
        timer.set(nil)
    }

    var sizes: HTTPClient.Sizes { HTTPClient.Sizes(active: active.count, sockets: opened.count) }

    // MARK: - Calling libcurl

    /// Makes one call into libcurl and does what it asks for afterwards. A call adds a handle, which libcurl wants to be
    /// followed by a call of its timer at once: that is made here, without a turn of the loop in between.
    private func enter(_ call: () -> Void) {
        guard handle != nil else { return }
        isInside = true
        call()
        var calls = 0
        while isDue && calls < Self.immediateCalls {
            isDue = false
            calls += 1
            var running: Int32 = 0
            curl_multi_socket_action(handle, CURL_SOCKET_TIMEOUT, 0, &running)
        }
        isInside = false
        if isDue { timer.set(.now) }
        settle()
    }

    private func act(on descriptor: Int32, _ readiness: Int32) {
        isDue = false
        enter {
            var running: Int32 = 0
            curl_multi_socket_action(handle, descriptor, readiness, &running)
        }
    }

    /// Hands out what has finished and sets the timers that the last calls moved.
    private func settle() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let finished = message.pointee.easy_handle else { continue }
            var context: UnsafeMutableRawPointer?
            curl_get_context(finished, &context)
            let easy = CurlEasy.at(context)
            finish(easy, easy.outcome(message.pointee.data.result))
        }
        while let (easy, outcome) = unfinished.popLast() { finish(easy, outcome) }
        guard !changedDeadlines.isEmpty else { return }
        for easy in changedDeadlines where easy.transfer != nil { easy.timer.set(easy.deadlines.next) }
        changedDeadlines.removeAll(keepingCapacity: true)
    }

    private func finish(_ easy: CurlEasy, _ outcome: Transfer.Outcome) {
        guard let transfer = easy.transfer else { return }
        curl_multi_remove_handle(handle, easy.handle)
        let last = active.removeLast()
        if last !== easy {
            active[easy.activeIndex] = last
            last.activeIndex = easy.activeIndex
        }
        easy.release()
        if idle.count < Self.idleHandles { idle.append(easy) }
        transfer.finish(outcome)
    }

    // MARK: - Callbacks, from within a call to libcurl

    private static func at(_ context: UnsafeMutableRawPointer?) -> CurlMulti {
        Unmanaged<CurlMulti>.fromOpaque(context!).takeUnretainedValue()
    }

    private func setCallbacks(_ handle: UnsafeMutableRawPointer) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        curl_multi_set_pointer(handle, CURLMOPT_SOCKETDATA, me)
        curl_multi_set_pointer(handle, CURLMOPT_TIMERDATA, me)
        curl_multi_set_socket_function(handle) { _, descriptor, what, me, _ in
            CurlMulti.at(me).watch(descriptor, what)
            return 0
        }
        curl_multi_set_timer_function(handle) { _, milliseconds, me in
            CurlMulti.at(me).setTimer(milliseconds)
            return 0
        }
    }

    func watchSockets(of easy: UnsafeMutableRawPointer) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, me)
        curl_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, me)
        curl_set_open_function(easy) { me, _, address in CurlMulti.at(me).openSocket(address!.pointee) }
        curl_set_close_function(easy) { me, descriptor in CurlMulti.at(me).closeSocket(descriptor) }
    }

    private func setTimer(_ milliseconds: Int) {
        isDue = milliseconds == 0
        timer.set(milliseconds > 0 ? .now + .milliseconds(milliseconds) : nil)
    }

    private func watch(_ descriptor: Int32, _ what: Int32) {
        if let watch = watches[descriptor] {
            // One that libcurl closes by itself must leave the loop before.
            if what == CURL_POLL_REMOVE && !opened.contains(descriptor) {
                watches[descriptor] = nil
            } else {
                watch.want(what)
            }
            return
        }
        guard what != CURL_POLL_REMOVE else { return }
        let watch = SocketWatch(loop, descriptor: descriptor) { [unowned self] in act(on: descriptor, $0) }
        watches[descriptor] = watch
        watch.want(what)
    }

    private func openSocket(_ address: curl_sockaddr) -> Int32 {
        let kind = address.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, kind, address.protocol)
        if descriptor >= 0 { opened.insert(descriptor) }
        return descriptor
    }

    private func closeSocket(_ descriptor: Int32) -> Int32 {
        watches[descriptor] = nil
        opened.remove(descriptor)
        return close(descriptor)
    }
}

internal import CCurl
internal import EventLoop

/// The loop's interest in one of libcurl's sockets, used on the loop's thread only.
///
/// libcurl drops its interest when a request ends and takes it up with the next one. An interest that is dropped stays
/// in epoll until it fires unwanted, which on a kept connection is mostly never: that saves two system calls a request.
final class SocketWatch {
    private let loop: EventLoop
    private let descriptor: Int32
    private let body: (Int32) -> Void
    private var read: DescriptorEvent?
    private var write: DescriptorEvent?
    private var wantsRead = false
    private var wantsWrite = false

    /// - Parameter body: called with `CURL_CSELECT_IN` or `CURL_CSELECT_OUT`; must not keep the watch alive.
    init(_ loop: EventLoop, descriptor: Int32, _ body: @escaping (Int32) -> Void) {
        self.loop = loop
        self.descriptor = descriptor
        self.body = body
    }

    /// Takes up what libcurl asked for with `CURL_POLL_...`.
    func want(_ what: Int32) {
        wantsRead = what == CURL_POLL_IN || what == CURL_POLL_INOUT
        wantsWrite = what == CURL_POLL_OUT || what == CURL_POLL_INOUT
        if wantsRead {
            if read == nil {
                read = DescriptorEvent(loop, descriptor: descriptor, on: .read) { [unowned self] _ in
                    if wantsRead { body(CURL_CSELECT_IN) } else { read?.disable() }
                }
            }
            read?.enable()
        }
        if wantsWrite {
            if write == nil {
                write = DescriptorEvent(loop, descriptor: descriptor, on: .write) { [unowned self] _ in
                    if wantsWrite { body(CURL_CSELECT_OUT) } else { write?.disable() }
                }
            }
            write?.enable()
        } else {
            write?.disable()  // a socket that can be written to would fire at once
        }
    }
}

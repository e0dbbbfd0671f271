internal import GatewayTypes
internal import HTTPClient
internal import WireFormats

/// Makes the caller's bytes of an upstream's as they come.
///
/// `@unchecked Sendable`: every member is only touched on the thread of the client's loop.
final class RelaySink: HTTPBodySink, @unchecked Sendable {
    private(set) var relay: any AnswerRelay
    /// Why the stream broke, if it is the bytes that say so.
    private(set) var failure: UpstreamFailure?
    private let write: ([UInt8]) -> Bool

    /// - Parameter write: takes what the caller gets and tells whether to go on.
    init(_ relay: any AnswerRelay, _ write: @escaping ([UInt8]) -> Bool) {
        self.relay = relay
        self.write = write
    }

    func take(_ bytes: [UInt8]) -> Bool {
        do throws(UpstreamFailure) {
            let output = try relay.feed(bytes)
            return output.isEmpty || write(output)
        } catch {
            failure = error
            return false
        }
    }
}

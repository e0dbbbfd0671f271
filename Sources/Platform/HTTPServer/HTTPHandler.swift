/// Answers requests.
public protocol HTTPHandler: Sendable {
    /// Answers one request. Runs on the loop the request came in on, in a task of its own, which is cancelled as soon as the
    /// client leaves. Dropping `reply` without an answer sends a 500 and closes the connection. What is done after the
    /// answer does not keep the connection's next request waiting.
    nonisolated(nonsending) func handle(_ request: HTTPRequest, _ reply: consuming Reply) async
}

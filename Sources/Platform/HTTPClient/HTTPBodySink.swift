/// Takes the pieces of a body as they come, in callbacks of the client's loop: no task is woken for each.
public protocol HTTPBodySink: AnyObject, Sendable {
    /// Must not call the body.
    /// - Returns: whether to go on; if not, what comes is kept for whoever asks next.
    func take(_ bytes: [UInt8]) -> Bool
}

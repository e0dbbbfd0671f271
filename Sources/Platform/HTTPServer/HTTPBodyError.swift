/// Why a request's body cannot be had. The connection closes after the answer.
public enum HTTPBodyError: Error, Equatable {
    /// More bytes than the caller or the server's `maxBodyBytes` allows: answer 413.
    case tooLarge
    /// Nothing came for `bodyIdleTimeout` while the body was asked for: answer 408.
    case timedOut
    /// The client has left; nobody will read an answer.
    case clientGone
    /// The chunked encoding is broken: answer 400.
    case malformed
}

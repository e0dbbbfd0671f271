/// The client has left, or has not read for `writeIdleTimeout`; nobody will read the rest of the answer.
public struct ClientGone: Error {}

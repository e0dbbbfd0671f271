import Testing

/// Over real sockets, one at a time: the client blocks its thread.
@Suite("HTTPServer over real sockets", .serialized, .timeLimit(.minutes(5)))
enum LiveTests {}

import Glibc
import Threading

/// A loopback server that speaks no protocol: for each piece of input it sends what its script says, until that is `nil`.
final class ScriptedRedis: Sendable {
    let port: UInt16
    private let listener: Int32
    var url: String { "redis://127.0.0.1:\(port)" }

    /// - Parameter script: given the number of the connection and of the piece, both from 0.
    init(_ script: @escaping @Sendable (_ connection: Int, _ piece: Int, _ input: [UInt8]) -> [UInt8]?) {
        let (listener, port) = boundSocket()
        precondition(listen(listener, 64) == 0)
        self.listener = listener
        self.port = port
        _ = Thread.start(name: "accept") {
            var number = 0
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                let own = number
                number += 1
                _ = Thread.start(name: "connection") { Self.serve(descriptor) { script(own, $0, $1) } }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func serve(_ descriptor: Int32, _ script: (Int, [UInt8]) -> [UInt8]?) {
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        for piece in 0... {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0, let output = script(piece, Array(buffer[..<count])) else { return }
            var sent = 0
            while sent < output.count {
                let taken = output[sent...].withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard taken > 0 else { return }
                sent += taken
            }
        }
    }
}

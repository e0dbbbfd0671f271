import Glibc

/// A pipe to log into; its ends are closed with it.
final class Pipe: Sendable {
    let reader: Int32
    let writer: Int32

    init() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        (reader, writer) = (ends[0], ends[1])
    }

    deinit {
        close(reader)
        close(writer)
    }

    /// What is in the pipe now, as lines; waits up to five seconds for the first of it.
    func lines() -> [String] {
        var text: [UInt8] = []
        var ready = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        var patience: Int32 = 5000
        while poll(&ready, 1, patience) > 0 {
            var buffer = [UInt8](repeating: 0, count: 65536)
            let count = read(reader, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
            patience = 0
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

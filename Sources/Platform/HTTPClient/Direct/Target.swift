/// What a URL stands for: where a request goes, and the parts of its head that say so.
final class Target {
    let origin: Origin
    /// From the blank after the method to the end of the request line.
    let requestLine: [UInt8]
    let hostField: [UInt8]

    init(_ url: PlainURL, at origin: Origin) {
        self.origin = origin
        requestLine = Array(" \(url.path) HTTP/1.1\r\n".utf8)
        hostField = Array("host: \(url.authority)\r\n".utf8)
    }
}

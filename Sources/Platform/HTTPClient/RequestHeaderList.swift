internal import CCurl
internal import HTTPTypes

/// Request headers as the linked list that libcurl reads, laid out in two buffers that are used again for the next
/// request, where `curl_slist_append` would allocate twice a field. libcurl only reads the list and must find it until
/// the transfer ends (CURLOPT_HTTPHEADER: "does not copy"), so the owner leaves it alone until then.
struct RequestHeaderList: ~Copyable {
    private var text: UnsafeMutableBufferPointer<CChar>
    private var nodes: UnsafeMutableBufferPointer<curl_slist>
    private var nodeCount = 0
    private var lines: [UInt8] = []

    init() {
        text = .allocate(capacity: 1024)
        nodes = .allocate(capacity: 32)
    }

    deinit {
        text.deallocate()
        nodes.deallocate()
    }

    /// Lays out `headers` for a request.
    /// - Parameter framed: whether the request has a body, to which libcurl would add a `content-type` of its own.
    /// - Returns: the first node, valid until the next call; `nil` when a name or value holds control characters.
    mutating func fill(_ headers: HTTPHeaders, framed: Bool) -> UnsafeMutablePointer<curl_slist>? {
        lines.removeAll(keepingCapacity: true)
        headers.write(to: &lines)
        reserve(bytes: lines.count + 128, fields: headers.count + 4)
        nodeCount = 0
        var hasEncoding = false
        var hasType = false
        var start = 0
        for _ in 0..<headers.count {
            guard let line = Line(lines, from: start) else { return nil }
            start = line.end
            if line.name(in: lines, is: "accept-encoding") { hasEncoding = true }
            if line.name(in: lines, is: "content-type") { hasType = true }
            if Self.framing.contains(where: { line.name(in: lines, is: $0) }) { continue }
            add(line)
        }
        guard start == lines.count else { return nil }
        add("expect:")  // a field without value takes libcurl's own away
        if !hasEncoding { add("accept-encoding: identity") }
        if framed && !hasType { add("content-type:") }
        return nodes.baseAddress
    }

    private static let framing: [StaticString] = [
        "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "expect",
    ]

    private mutating func reserve(bytes: Int, fields: Int) {
        if text.count < bytes {
            text.deallocate()
            text = .allocate(capacity: bytes * 2)
        }
        if nodes.count < fields {
            nodes.deallocate()
            nodes = .allocate(capacity: fields * 2)
        }
        textCount = 0
    }

    private var textCount = 0

    private mutating func add(_ line: Line) {
        let destination = text.baseAddress! + textCount
        let isEmpty = line.valueStart == line.valueEnd
        // "name;" is libcurl's way to send a field without value; "name:" would remove the field.
        let end = isEmpty ? line.colon : line.valueEnd
        lines.withUnsafeBytes { bytes in
            UnsafeMutableRawPointer(destination).copyMemory(
                from: bytes.baseAddress! + line.start, byteCount: end - line.start)
        }
        textCount += end - line.start
        if isEmpty {
            text[textCount] = CChar(UInt8(ascii: ";"))
            textCount += 1
        }
        close(destination)
    }

    private mutating func add(_ line: StaticString) {
        let destination = text.baseAddress! + textCount
        UnsafeMutableRawPointer(destination).copyMemory(from: line.utf8Start, byteCount: line.utf8CodeUnitCount)
        textCount += line.utf8CodeUnitCount
        close(destination)
    }

    private mutating func close(_ line: UnsafeMutablePointer<CChar>) {
        text[textCount] = 0
        textCount += 1
        nodes.initializeElement(at: nodeCount, to: curl_slist(data: line, next: nil))
        if nodeCount > 0 { nodes[nodeCount - 1].next = nodes.baseAddress! + nodeCount }
        nodeCount += 1
    }
}

/// Where the parts of one `name: value\r\n` lie.
private struct Line {
    let start: Int
    let colon: Int
    let valueStart: Int
    let valueEnd: Int
    var end: Int { valueEnd + 2 }

    /// - Returns: `nil` for a name that is empty or holds spaces, and for control characters anywhere.
    init?(_ bytes: [UInt8], from start: Int) {
        var index = start
        while index < bytes.count, bytes[index] != UInt8(ascii: ":") {
            guard bytes[index] > 0x20, bytes[index] != 0x7F, bytes[index] != UInt8(ascii: ";") else { return nil }
            index += 1
        }
        guard index > start, index + 1 < bytes.count else { return nil }
        self.start = start
        colon = index
        valueStart = index + 2
        index += 2
        while index < bytes.count, bytes[index] != UInt8(ascii: "\r") {
            guard bytes[index] >= 0x20 || bytes[index] == 0x09, bytes[index] != 0x7F else { return nil }
            index += 1
        }
        guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") else { return nil }
        valueEnd = index
    }

    func name(in bytes: [UInt8], is other: StaticString) -> Bool {
        guard colon - start == other.utf8CodeUnitCount else { return false }
        for index in 0..<other.utf8CodeUnitCount where bytes[start + index] | 0x20 != other.utf8Start[index] | 0x20 {
            return false
        }
        return true
    }
}

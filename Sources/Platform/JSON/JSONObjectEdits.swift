internal import CSimdJSON

/// What is to become of the members of one object, kept together because commas depend on all of it.
struct JSONObjectEdits: Sendable {
    /// The node of the object; the keys below are nodes too.
    let object: Int
    var replaced: [Int: [UInt8]] = [:]
    var removed: Set<Int> = []
    var added: [(key: String, bytes: [UInt8])] = []

    init(object: Int) { self.object = object }

    /// Appends the edits of bytes that this comes to; they never overlap each other.
    ///
    /// A removed member takes the comma before it along if a member before it stays, else the one after it.
    func appendEdits(to edits: inout [JSONEdit], in document: JSONDocument) {
        let node = document.node(object)
        var hasKept = false
        var lastEnd = Int(node.start) + 1
        var key = object + 1
        while key < Int(node.next) {
            let value = document.node(key + 1)
            let next = Int(value.next)
            let end = Int(value.end)
            if removed.contains(key) {
                let start = Int(document.node(key).start)
                let following = next < Int(node.next) ? Int(document.node(next).start) : end
                edits.append(JSONEdit(range: hasKept ? lastEnd..<end : start..<following, bytes: []))
            } else {
                hasKept = true
                if let bytes = replaced[key] { edits.append(JSONEdit(range: value.range, bytes: bytes)) }
            }
            lastEnd = end
            key = next
        }
        guard !added.isEmpty else { return }
        var writer = JSONWriter()
        for (key, bytes) in added { writer.member(key, raw: bytes) }
        let comma = hasKept ? [UInt8(ascii: ",")] : []
        edits.append(JSONEdit(range: lastEnd..<lastEnd, bytes: comma + writer.bytes))
    }
}

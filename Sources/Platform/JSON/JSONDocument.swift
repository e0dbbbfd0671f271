internal import CSimdJSON
internal import Glibc

/// A parsed text and its tape of nodes, shared by every cursor into it.
///
/// `@unchecked Sendable`: nothing guards `nodes` because nothing writes to them after `init`.
final class JSONDocument: @unchecked Sendable {
    let source: [UInt8]
    private let nodes: UnsafeMutablePointer<json_node>

    init(_ source: [UInt8]) throws(JSONError) {
        var nodes: UnsafeMutablePointer<json_node>?
        let failure = source.withUnsafeBufferPointer { json_parse($0.baseAddress, $0.count, &nodes) }
        guard let nodes else { throw JSONError(failure) }
        self.source = source
        self.nodes = nodes
    }

    deinit { json_free_nodes(nodes) }

    func node(_ index: Int) -> json_node { nodes[index] }

    /// The bytes between the quotes of the string at `index`, still escaped.
    func inside(_ index: Int) -> Range<Int> {
        Int(nodes[index].start) + 1..<Int(nodes[index].end) - 1
    }

    /// What the string at `index` means.
    func text(_ index: Int) -> String {
        let range = inside(index)
        return source.withUnsafeBufferPointer { source in
            guard nodes[index].isEscaped else { return String(decoding: source[range], as: UTF8.self) }
            return String(unsafeUninitializedCapacity: range.count) { output in
                json_unescape(source.baseAddress! + range.lowerBound, range.count, output.baseAddress)
            }
        }
    }

    /// Whether the string at `index` means `text`; allocates only when the string has escapes.
    func isText(_ index: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        source.withUnsafeBufferPointer { isText(index, text, in: $0) }
    }

    private func isText(
        _ index: Int, _ text: UnsafeBufferPointer<UInt8>, in source: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let node = nodes[index]
        guard !node.isEscaped else { return self.text(index).utf8.elementsEqual(text) }
        guard Int(node.end) - Int(node.start) == text.count + 2 else { return false }
        guard let wanted = text.baseAddress, let start = source.baseAddress else { return true }
        return memcmp(start + Int(node.start) + 1, wanted, text.count) == 0
    }

    /// The index of the key node `key` of the object at `index`.
    func key(_ key: String, of index: Int) -> Int? {
        guard nodes[index].kind == JSON_KIND_OBJECT, nodes[index].count > 0 else { return nil }
        let end = Int(nodes[index].next)
        return key.utf8.span.withUnsafeBufferPointer { wanted in
            source.withUnsafeBufferPointer { source in
                let size = UInt32(truncatingIfNeeded: wanted.count + 2)
                var key = index + 1
                while key < end {
                    let node = nodes[key]
                    // Most keys have another length, and few have escapes.
                    if node.isEscaped || node.end &- node.start == size, isText(key, wanted, in: source) { return key }
                    key = Int(nodes[key + 1].next)
                }
                return nil
            }
        }
    }

    /// The double nearest to the number at `index`.
    func double(_ index: Int) -> Double {
        let node = nodes[index]
        return source.withUnsafeBufferPointer {
            json_double($0.baseAddress! + Int(node.start), Int(node.end - node.start))
        }
    }
}

extension json_node {
    var kind: Int { Int(info) & JSON_INFO_KIND }
    var isEscaped: Bool { Int(info) & JSON_INFO_ESCAPED != 0 }
    var hasFraction: Bool { Int(info) & JSON_INFO_FRACTION != 0 }
    var count: Int { Int(info) >> JSON_INFO_COUNT_SHIFT }
    var range: Range<Int> { Int(start)..<Int(end) }
}

internal import CSimdJSON
internal import Glibc

/// A member's key during a walk over an object's members, to be compared with names in a `switch`. Not to be kept.
public struct JSONKey {
    private let bytes: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    public static func ~= (name: StaticString, key: JSONKey) -> Bool {
        key.bytes.count == name.utf8CodeUnitCount
            && memcmp(key.bytes.baseAddress!, name.utf8Start, key.bytes.count) == 0
    }
}

extension JSONValue {
    /// Hands over the members of an object in the order of the text; none of every other kind. One walk for whoever looks
    /// for several members: each look-up by name is a walk of its own.
    public func eachMember(_ body: (_ key: JSONKey, _ value: JSONValue) -> Void) {
        guard kind == .object else { return }
        let end = Int(node.next)
        var key = index + 1
        document.source.withUnsafeBufferPointer { source in
            while key < end {
                let value = JSONValue(document: document, index: key + 1)
                if document.node(key).isEscaped {
                    var text = document.text(key)
                    text.withUTF8 { body(JSONKey($0), value) }
                } else {
                    body(JSONKey(UnsafeBufferPointer(rebasing: source[document.inside(key)])), value)
                }
                key = Int(value.node.next)
            }
        }
    }
}

/// Edits of a parsed text that leave every other byte as it was.
///
/// Edits are given against the parsed text and applied together. One that lies inside bytes which another replaces or
/// removes is dropped, and of two replacements of the same value the later counts.
///
///     var splice = JSONSplice(of: body)
///     splice.set("model", of: body, to: JSONWriter.bytes { $0.string("small") })
///     let sent = splice.apply()
public struct JSONSplice: Sendable {
    private let document: JSONDocument
    private var edits: [JSONEdit] = []
    private var objects: [JSONObjectEdits] = []

    /// - Parameter value: any value of the text to edit; all others given to this splice must come from the same parse.
    public init(of value: JSONValue) { document = value.document }

    public var isEmpty: Bool { edits.isEmpty && objects.isEmpty }

    /// Puts `bytes`, which are JSON, in the place of `value`.
    public mutating func replace(_ value: JSONValue, with bytes: [UInt8]) {
        require(value)
        replace(value.range, with: bytes)
    }

    /// Puts `bytes` in the place of `range` of the text; the caller answers for the commas.
    public mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) {
        precondition(range.upperBound <= document.source.count, "the range must lie in the parsed text")
        edits.append(JSONEdit(range: range, bytes: bytes))
    }

    /// Puts `bytes` before the byte at `offset`; the caller answers for the commas.
    public mutating func insert(_ bytes: [UInt8], at offset: Int) { replace(offset..<offset, with: bytes) }

    /// Makes `bytes`, which are JSON, the value of `key`: in its place, or as a new last member. Nothing happens when
    /// `object` is not an object.
    public mutating func set(_ key: String, of object: JSONValue, to bytes: [UInt8]) {
        guard let place = edits(of: object) else { return }
        if let node = document.key(key, of: object.index) {
            objects[place].removed.remove(node)
            objects[place].replaced[node] = bytes
        } else if let position = objects[place].added.firstIndex(where: { $0.key.utf8.elementsEqual(key.utf8) }) {
            objects[place].added[position].bytes = bytes
        } else {
            objects[place].added.append((key, bytes))
        }
    }

    /// Takes the member `key` out, with the comma that it no longer needs. Nothing happens without such a member.
    public mutating func remove(_ key: String, from object: JSONValue) {
        guard let place = edits(of: object) else { return }
        objects[place].added.removeAll { $0.key.utf8.elementsEqual(key.utf8) }
        if let node = document.key(key, of: object.index) {
            objects[place].replaced[node] = nil
            objects[place].removed.insert(node)
        }
    }

    /// The text with the edits made.
    public func apply() -> [UInt8] {
        var all = edits
        for object in objects { object.appendEdits(to: &all, in: document) }
        guard !all.isEmpty else { return document.source }
        return JSONEdit.apply(all, to: document.source)
    }

    private func require(_ value: JSONValue) {
        precondition(value.document === document, "a splice takes values of the text it edits")
    }

    /// Where the edits of `object` are collected.
    private mutating func edits(of object: JSONValue) -> Int? {
        require(object)
        guard object.kind == .object else { return nil }
        if let place = objects.firstIndex(where: { $0.object == object.index }) { return place }
        objects.append(JSONObjectEdits(object: object.index))
        return objects.count - 1
    }
}

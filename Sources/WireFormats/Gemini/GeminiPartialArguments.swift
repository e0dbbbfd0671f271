internal import JSON

/// Arguments of a call that come in pieces (`partialArgs`), each with the path it belongs to.
///
/// Pieces of one path follow one another, and a text may come in many; the whole is known when the call is.
struct GeminiPartialArguments: Sendable {
    private enum Leaf: Sendable {
        case text(String)
        /// A number, a truth value or null, as JSON.
        case literal([UInt8])
    }

    private var leaves: [(path: GeminiArgumentPath, leaf: Leaf)] = []
    private var places: [GeminiArgumentPath: Int] = [:]

    /// A path or a value that cannot be understood is passed over.
    mutating func read(_ pieces: JSONValue) {
        for piece in pieces.elements {
            guard let path = piece["jsonPath"]?.string.flatMap(GeminiArgumentPath.init), let leaf = Self.leaf(piece)
            else { continue }
            guard let place = places[path] else {
                places[path] = leaves.count
                leaves.append((path, leaf))
                continue
            }
            if case .text(let more) = leaf, case .text(var text) = leaves[place].leaf {
                // Taken out meanwhile, so that the text grows in place.
                leaves[place].leaf = .literal([])
                text += more
                leaves[place].leaf = .text(text)
            } else {
                leaves[place].leaf = leaf
            }
        }
    }

    private static func leaf(_ piece: JSONValue) -> Leaf? {
        if let text = piece["stringValue"]?.string { return .text(text) }
        if let value = piece["numberValue"], value.kind == .number { return .literal(value.raw) }
        if let value = piece["boolValue"], value.kind == .bool { return .literal(value.raw) }
        return piece["nullValue"] == nil ? nil : .literal(Array("null".utf8))
    }

    /// The arguments so far as a JSON object.
    var text: String {
        let bytes = JSONWriter.bytes { Self.write(leaves[...], depth: 0, into: &$0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes the value whose leaves these are; they share the first `depth` steps of their paths.
    private static func write(
        _ leaves: ArraySlice<(path: GeminiArgumentPath, leaf: Leaf)>, depth: Int, into writer: inout JSONWriter
    ) {
        // Of a value given both as a whole and by its parts, the last word holds.
        guard let last = leaves.last, depth < last.path.steps.count else {
            switch leaves.last?.leaf {
            case .text(let text): return writer.string(text)
            case .literal(let bytes): return writer.raw(bytes)
            case nil: return writer.object { _ in }
            }
        }
        var order: [GeminiArgumentPath.Step] = []
        var groups: [GeminiArgumentPath.Step: ArraySlice<(path: GeminiArgumentPath, leaf: Leaf)>] = [:]
        for entry in leaves where depth < entry.path.steps.count {
            let step = entry.path.steps[depth]
            if groups[step] == nil { order.append(step) }
            groups[step, default: []].append(entry)
        }
        if case .position = last.path.steps[depth] {
            writer.beginArray()
            for position in order.compactMap(\.position).sorted() {
                write(groups[.position(position)] ?? [], depth: depth + 1, into: &writer)
            }
            writer.endArray()
        } else {
            writer.beginObject()
            for case .name(let name) in order {
                writer.key(name)
                write(groups[.name(name)] ?? [], depth: depth + 1, into: &writer)
            }
            writer.endObject()
        }
    }
}

extension GeminiArgumentPath.Step {
    fileprivate var position: Int? {
        if case .position(let position) = self { position } else { nil }
    }
}

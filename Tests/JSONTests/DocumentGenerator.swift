import JSON

/// Random documents, the same for the same seed: trees, and texts of them with random spaces and escapes.
struct DocumentGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func tree(depth: Int = 4) -> JSONTree {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &self) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &self))
        case 2: return .number(String(Int(truncatingIfNeeded: next()) >> Int.random(in: 0..<64, using: &self)))
        case 3: return .number(double().description)
        case 4: return .string(string())
        case 5: return .array((0..<Int.random(in: 0..<5, using: &self)).map { _ in tree(depth: depth - 1) })
        default: return object(members: Int.random(in: 0..<6, using: &self), depth: depth)
        }
    }

    mutating func object(members: Int, depth: Int = 3) -> JSONTree {
        .object((0..<members).map { ("\($0)" + string(), tree(depth: depth - 1)) })
    }

    mutating func double() -> Double {
        while true {
            let value = Double(bitPattern: next())
            if value.isFinite { return value }
        }
    }

    mutating func string() -> String {
        let alphabet: [Unicode.Scalar] = [
            "a", "b", "Z", "7", " ", "\"", "\\", "/", "\n", "\u{1}", "\u{7F}", "é", "€", "😀", "\u{2028}",
        ]
        var text = String.UnicodeScalarView()
        let length = Int.random(in: 0..<(Int.random(in: 0..<8, using: &self) == 0 ? 90 : 12), using: &self)
        for _ in 0..<length { text.append(alphabet.randomElement(using: &self)!) }
        return String(text)
    }

    /// `tree` as text with spaces and escapes at random.
    mutating func text(of tree: JSONTree) -> [UInt8] {
        var output: [UInt8] = []
        space(&output)
        append(tree, to: &output)
        space(&output)
        return output
    }

    private mutating func append(_ tree: JSONTree, to output: inout [UInt8]) {
        switch tree {
        case .null, .bool, .number: output += tree.bytes
        case .string(let text): append(text, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            space(&output)
            for (index, element) in elements.enumerated() {
                if index > 0 { separate(by: ",", &output) }
                append(element, to: &output)
            }
            space(&output)
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            space(&output)
            for (index, member) in members.enumerated() {
                if index > 0 { separate(by: ",", &output) }
                append(member.key, to: &output)
                separate(by: ":", &output)
                append(member.value, to: &output)
            }
            space(&output)
            output.append(UInt8(ascii: "}"))
        }
    }

    private mutating func append(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || Int.random(in: 0..<10, using: &self) == 0 {
                for unit in String(scalar).utf16 {
                    let hex = String(unit, radix: 16, uppercase: Bool.random(using: &self))
                    output += "\\u\(String(repeating: "0", count: 4 - hex.utf8.count))\(hex)".utf8
                }
            } else {
                output += String(scalar).utf8
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func separate(by separator: Unicode.Scalar, _ output: inout [UInt8]) {
        space(&output)
        output.append(UInt8(ascii: separator))
        space(&output)
    }

    private mutating func space(_ output: inout [UInt8]) {
        guard Int.random(in: 0..<3, using: &self) == 0 else { return }
        for _ in 0..<Int.random(in: 1..<5, using: &self) {
            output.append([0x20, 0x0A, 0x0D, 0x09].randomElement(using: &self)!)
        }
    }
}

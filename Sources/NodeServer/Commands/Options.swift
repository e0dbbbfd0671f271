/// `--name value` and `--flag` words of a command.
struct Options {
    private var values: [String: String] = [:]
    private var flags: Set<String> = []
    private(set) var words: [String] = []

    /// - Parameters:
    ///   - names: options that take a value.
    ///   - flagNames: options that take none.
    init(_ arguments: [String], values names: Set<String> = [], flags flagNames: Set<String> = []) throws(StartError) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                words.append(word)
                continue
            }
            let name = String(word.dropFirst(2))
            if flagNames.contains(name) {
                flags.insert(name)
            } else if names.contains(name) {
                guard let value = rest.popFirst() else { throw .usage("\(word) needs a value") }
                values[name] = value
            } else {
                throw .usage("unknown option \(word)")
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    func required(_ name: String) throws(StartError) -> String {
        guard let value = values[name], !value.isEmpty else { throw .usage("--\(name) is required") }
        return value
    }
}

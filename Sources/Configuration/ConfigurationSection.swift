internal import GatewayTypes
internal import JSON

/// One object of a configuration file while it is read: every field asked for is known, what nobody asked for is refused.
final class ConfigurationSection {
    let node: JSON5Node
    let path: String
    private let problems: ConfigurationProblems
    private var known: Set<String> = []

    init(_ node: JSON5Node, path: String, problems: ConfigurationProblems) {
        self.node = node
        self.path = path
        self.problems = problems
        if node.members == nil { problems.error(node, path, "must be an object, not \(node.kindName)") }
    }

    func field(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func value(_ key: String) -> JSON5Node? {
        known.insert(key)
        guard let value = node[key], !value.isNull else { return nil }
        return value
    }

    func string(_ key: String) -> String? { read(key, "a string") { $0.string } }

    func bool(_ key: String) -> Bool? { read(key, "true or false") { $0.bool } }

    func int(_ key: String, atLeast least: Int = 0) -> Int? {
        read(key, "a whole number of at least \(least)") { $0.int.flatMap { $0 >= least ? $0 : nil } }
    }

    func number(_ key: String) -> Double? {
        read(key, "a number of at least 0") { $0.double.flatMap { $0 >= 0 && $0.isFinite ? $0 : nil } }
    }

    func seconds(_ key: String) -> Duration? {
        number(key).map { .milliseconds(Int64(min($0, 1e9) * 1000)) }
    }

    func usd(_ key: String) -> USD? { number(key).map { USD(dollars: $0) } }

    func strings(_ key: String) -> [String]? {
        read(key, "a list of strings") { node in
            guard let elements = node.elements else { return nil }
            let strings = elements.compactMap(\.string)
            return strings.count == elements.count ? strings : nil
        }
    }

    /// One of a closed set of words.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) -> Choice? where Choice.RawValue == String {
        let words = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return read(key, "one of \(words)") { $0.string.flatMap(Choice.init(rawValue:)) }
    }

    func section(_ key: String) -> ConfigurationSection? {
        value(key).map { ConfigurationSection($0, path: field(key), problems: problems) }
    }

    /// The sections of a list of objects.
    func list(_ key: String) -> [ConfigurationSection] {
        (read(key, "a list") { $0.elements } ?? []).enumerated().map {
            ConfigurationSection($0.element, path: "\(field(key))[\($0.offset)]", problems: problems)
        }
    }

    /// The members of an object whose keys are names.
    func named(_ key: String) -> [(name: String, section: ConfigurationSection)] {
        (read(key, "an object") { $0.members } ?? []).map { member in
            if !Self.isName(member.key) {
                problems.error(
                    member.value, "\(field(key)).\(member.key)",
                    Self.nameRule)
            }
            return (
                member.key, ConfigurationSection(member.value, path: "\(field(key)).\(member.key)", problems: problems)
            )
        }
    }

    func error(_ key: String, _ message: String) { problems.error(node[key] ?? node, field(key), message) }

    func warning(_ key: String, _ message: String) { problems.warning(node[key] ?? node, field(key), message) }

    func error(_ message: String) { problems.error(node, path, message) }

    /// Fields that this version reads over, each with a warning that says so.
    func notServedYet(_ keys: String...) {
        for key in keys where value(key) != nil { warning(key, "is not served by this version and has no effect") }
    }

    /// Refuses every field nobody asked for.
    func close() {
        for member in node.members ?? [] where !known.contains(member.key) {
            problems.add(
                ConfigurationProblem(
                    severity: .error, line: member.keyPosition.line, column: member.keyPosition.column,
                    field: field(member.key),
                    message:
                        "is not a field of the configuration; known here: \(known.sorted().joined(separator: ", "))"))
        }
    }

    private func read<Value>(_ key: String, _ expected: String, _ convert: (JSON5Node) -> Value?) -> Value? {
        guard let value = value(key) else { return nil }
        guard let converted = convert(value) else {
            problems.error(value, field(key), "must be \(expected)")
            return nil
        }
        return converted
    }

    static let nameRule = "a name is 1 to 64 of A-Z a-z 0-9 . _ - and starts with a letter or digit"

    static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        }
        guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D }
    }
}

/// What was found so far. Used by one reader on one thread.
final class ConfigurationProblems {
    private(set) var all: [ConfigurationProblem] = []

    var hasErrors: Bool { all.contains { $0.severity == .error } }

    func add(_ problem: ConfigurationProblem) { all.append(problem) }

    func error(_ node: JSON5Node, _ field: String, _ message: String) { add(.error, node, field, message) }

    func warning(_ node: JSON5Node, _ field: String, _ message: String) { add(.warning, node, field, message) }

    private func add(_ severity: ConfigurationProblem.Severity, _ node: JSON5Node, _ field: String, _ message: String) {
        all.append(
            ConfigurationProblem(
                severity: severity, line: node.line, column: node.column, field: field, message: message))
    }
}

/// Something wrong with a configuration, for the person who wrote it.
struct ConfigurationProblem: Error, Equatable, CustomStringConvertible {
    enum Severity: String { case error, warning }

    var severity: Severity
    /// Both counted from 1.
    var line: Int
    var column: Int
    /// The field's path, such as `providers.openai.models[0].name`; empty for the text itself.
    var field: String
    var message: String

    var description: String {
        "\(line):\(column): \(severity.rawValue): \(field.isEmpty ? "" : "\(field): ")\(message)"
    }
}

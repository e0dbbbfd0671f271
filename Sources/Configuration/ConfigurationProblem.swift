/// Something wrong with a configuration, for the person who wrote it.
public struct ConfigurationProblem: Error, Equatable, CustomStringConvertible {
    public enum Severity: String, Sendable { case error, warning }

    public var severity: Severity
    /// Both counted from 1.
    public var line: Int
    public var column: Int
    /// The field's path, such as `providers.openai.models[0].name`; empty for the text itself.
    public var field: String
    public var message: String

    public var description: String {
        "\(line):\(column): \(severity.rawValue): \(field.isEmpty ? "" : "\(field): ")\(message)"
    }
}

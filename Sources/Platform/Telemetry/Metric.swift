/// One series: what a family holds for one set of label values.
protocol Metric: AnyObject, Sendable {
    /// What all series of a family are made with: a scale, bounds, nothing.
    associatedtype Setup: Sendable
    init(_ setup: Setup)
    /// As the `# TYPE` line says.
    static var type: String { get }
    /// - Parameter labels: ready to stand between braces, or empty.
    func write(_ name: String, _ labels: String, to text: inout String)
}

/// The text exposition format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
enum MetricText {
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        return value.description
    }

    static func head(_ name: String, _ type: String, _ help: String) -> String {
        "# HELP \(name) \(escaped(help, quotes: false))\n# TYPE \(name) \(type)\n"
    }

    static func labels(_ names: [String], _ values: [String]) -> String {
        zip(names, values).map { "\($0)=\"\(escaped($1, quotes: true))\"" }.joined(separator: ",")
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension String {
    mutating func addSample(_ name: String, _ labels: String, _ value: String) {
        self += name
        if !labels.isEmpty { self += "{" + labels + "}" }
        self += " " + value + "\n"
    }
}

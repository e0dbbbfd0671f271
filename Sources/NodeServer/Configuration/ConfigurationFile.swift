internal import Configuration
internal import Glibc

/// The configuration file of a node, read at start and again when it changes.
struct ConfigurationFile: Sendable {
    /// `nil`: no file, built-in providers only.
    let path: String?

    init(_ environment: NodeEnvironment) {
        if let stated = environment.configurationPath, !stated.isEmpty {
            path = stated
        } else {
            path = File.exists("switchyard.json5") ? "switchyard.json5" : nil
        }
    }

    init(path: String) { self.path = path }

    /// - Throws: every problem of the file.
    func load() throws(StartError) -> (FileConfiguration, warnings: [ConfigurationProblem]) {
        guard let path else { return (.builtIn, []) }
        guard let text = File.read(path) else {
            throw .setting("SWITCHYARD_CONFIG", "the file \(path) cannot be read")
        }
        let reader = ConfigurationReader(environment: { Self.variable($0) }, file: { File.read($0) })
        let (file, problems) = reader.readFile(text)
        guard let file else { throw .configuration(path: path, problems) }
        return (file, problems)
    }

    /// Changes when the file does.
    var mark: String? { path.flatMap(File.mark) }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

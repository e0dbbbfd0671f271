internal import Configuration
internal import GatewayTypes
internal import Glibc

/// `switchyard check-config FILE`: every problem with its line and field; exit code 0 when there is no error, else 78.
enum CheckConfigCommand {
    static func run(_ arguments: [String]) throws(StartError) {
        let options = try Options(arguments)
        guard options.words.count == 1 else { throw .usage("check-config takes one file") }
        let path = options.words[0]
        guard let text = File.read(path) else { throw .setting(path, "the file cannot be read") }
        let reader = ConfigurationReader(environment: { ConfigurationFile.variable($0) }, file: { File.read($0) })
        let (configuration, problems) = reader.read(text)
        guard let configuration else { throw .configuration(path: path, problems) }
        for problem in problems { print("\(path):\(problem)") }
        print(
            "\(path): good: \(configuration.providers.count) providers, \(configuration.rotations.count) rotations, "
                + "\(configuration.tiers.count) tiers")
    }
}

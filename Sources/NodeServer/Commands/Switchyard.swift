internal import Glibc

/// The program: reads the command and runs it.
@main
enum Switchyard {
    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        do throws(StartError) {
            try await run(arguments)
        } catch {
            File.write(error.text + "\n", to: 2)
            exit(error.exitCode)
        }
    }

    private static func run(_ arguments: [String]) async throws(StartError) {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "serve": try await ServeCommand.run(rest)
        case "check-config": try CheckConfigCommand.run(rest)
        case "user": try await UserCommand.run(rest)
        case "token": try await TokenCommand.run(rest)
        case "version", "--version": print("switchyard \(Version.text)")
        case nil, "help", "--help", "-h": print(usage)
        case .some(let word): throw .usage("unknown command \"\(word)\"")
        }
    }

    static let usage = """
        switchyard: a gateway for AI models

          switchyard serve [--config FILE] [--quickstart]   run a node
          switchyard check-config FILE                      say what is wrong with a configuration
          switchyard user list                              the users
          switchyard user create --name NAME [--role ROLE] [--tier TIER]
          switchyard user password --name NAME              set a new, generated password
          switchyard token list [--user NAME]               the tokens, without their text
          switchyard token create --user NAME --name NAME [--scope inference|admin] [--zone ZONE]
          switchyard token revoke --id ID
          switchyard version

        The environment variables SWITCHYARD_* are described in README.md.
        """
}

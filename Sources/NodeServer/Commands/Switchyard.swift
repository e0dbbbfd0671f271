internal import CMimalloc
internal import Glibc

/// The program: reads the command and runs it.
@main
enum Switchyard {
    static func main() async {
        allocator_keep_freed_memory(2000)
        let arguments = Array(CommandLine.arguments.dropFirst())
        do throws(StartError) {
            try await run(arguments)
        } catch {
            File.write(error.text + "\n", to: 2)
            leave(error.exitCode)
        }
        leave(0)
    }

    /// Ends the process without what its libraries do at an exit: OpenSSL's clean-up, for one, takes its locks away from
    /// threads that still run. All that has to be kept is written by now.
    private static func leave(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }

    private static func run(_ arguments: [String]) async throws(StartError) {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "serve": try await ServeCommand.run(rest)
        case "check-config": try CheckConfigCommand.run(rest)
        case "user": try await UserCommand.run(rest)
        case "token": try await TokenCommand.run(rest)
        case "migrate": try await StoreCommands.migrate(rest)
        case "backup": try await StoreCommands.backup(rest)
        case "restore": try await StoreCommands.restore(rest)
        case "copy-store": try await StoreCommands.copy(rest)
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
          switchyard migrate                                bring the store's schema up to this release
          switchyard backup FILE                            the store into a new SQLite file
          switchyard restore FILE [--replace]               ... and back, with all nodes stopped
          switchyard copy-store --from URL --to URL [--replace]   sqlite:PATH or mysql://USER:PASSWORD@HOST:3306/NAME
          switchyard version

        The environment variables SWITCHYARD_* are described in README.md.
        """
}

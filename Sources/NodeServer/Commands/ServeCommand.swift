internal import ClusterState
internal import GatewayTypes
internal import Glibc
internal import Telemetry
internal import Threading

/// `switchyard serve`: runs a node until SIGTERM or SIGINT; a second one ends it without waiting.
enum ServeCommand {
    static func run(_ arguments: [String]) async throws(StartError) {
        let options = try Options(arguments, values: ["config"], flags: ["quickstart"])
        guard options.words.isEmpty else { throw .usage("serve takes no \"\(options.words[0])\"") }
        var environment = try NodeEnvironment(ConfigurationFile.variable)
        environment.configurationPath = options["config"] ?? environment.configurationPath
        let file = ConfigurationFile(environment)
        let (events, source) = AsyncStream.makeStream(of: Signals.Event.self)
        guard Signals.listen({ source.yield($0) }) else { throw .temporary("the system gives no more threads") }
        let run = try await NodeRun.start(environment, file)
        try await greet(run, environment, quickstart: options.has("quickstart"))
        await serve(run, file, events, source)
    }

    private static func serve(
        _ run: NodeRun, _ file: ConfigurationFile, _ events: AsyncStream<Signals.Event>,
        _ source: AsyncStream<Signals.Event>.Continuation
    ) async {
        let reload = ConfigurationReload(file: file, run: run)
        let stopping = Locked<Task<Void, Never>?>(nil)
        for await event in events {
            switch event {
            case .second: await reload.ifChanged()
            case .reload: await reload.now()
            case .stop:
                guard stopping.withLock({ $0 == nil }) else {
                    await run.closeNow()
                    continue
                }
                let drain = Task {
                    await run.drain()
                    source.finish()
                }
                stopping.withLock { $0 = drain }
            }
        }
    }

    /// What a person needs to begin, on standard output; the log goes to standard error.
    private static func greet(_ run: NodeRun, _ environment: NodeEnvironment, quickstart: Bool) async throws(StartError)
    {
        let base = "http://\(environment.host.contains(":") ? "[\(environment.host)]" : environment.host):\(run.port)"
        var text = "Switchyard \(Version.text) listens at \(base)\n"
        if let password = run.state.generatedPassword {
            text += "Admin user: admin, password: \(password) (shown this once)\n"
        }
        if quickstart {
            let token = try await TokenCommand.quickstart(run.state.store)
            text += """
                Token: \(token) (shown this once)

                Try it:
                  curl -N \(base)/v1/chat/completions -H 'Authorization: Bearer \(token)' \\
                    -H 'Content-Type: application/json' \\
                    -d '{"model": "demo/lorem", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'

                """
        }
        File.write(text, to: 1)
    }
}

/// Reads the configuration file again; a bad one changes nothing but the log. Used by the signal loop only.
final class ConfigurationReload {
    private let file: ConfigurationFile
    private let run: NodeRun
    private var mark: String?

    init(file: ConfigurationFile, run: NodeRun) {
        self.file = file
        self.run = run
        mark = file.mark
    }

    func ifChanged() async {
        let now = file.mark
        guard now != mark, now != nil else { return }
        await reload()
    }

    func now() async { await reload() }

    private func reload() async {
        mark = file.mark
        let log = run.node.log
        do throws(StartError) {
            let (configuration, warnings) = try file.load()
            for warning in warnings { log.warning("configuration", ["problem": "\(file.path ?? ""):\(warning)"]) }
            await run.apply(configuration)
            log.info("configuration loaded", ["providers": configuration.providers.count])
        } catch {
            log.error("configuration not loaded, the last good one stays", ["problem": error.text])
        }
    }
}

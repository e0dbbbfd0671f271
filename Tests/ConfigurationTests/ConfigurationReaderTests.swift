import GatewayTypes
import Testing

@testable import Configuration

private func read(
    _ text: String, environment: [String: String] = [:], files: [String: String] = [:]
) -> (configuration: GatewayConfiguration?, problems: [ConfigurationProblem]) {
    ConfigurationReader(environment: { environment[$0] }, file: { files[$0].map { Array($0.utf8) } })
        .read(Array(text.utf8))
}

@Suite("ConfigurationReader")
struct ConfigurationReaderTests {
    @Test("A whole file becomes a snapshot")
    func whole() throws {
        let (configuration, problems) = read(
            """
            { providers: { openai: { type: "openai", endpoint: "https://api.openai.com/v1", api_key: "env:OPENAI_API_KEY",
                                     models: [{ name: "gpt-4o-mini", context_length: 128000,
                                                pricing: { prompt: 0.15, completion: 0.6 } }] },
                           groq: { type: "groq", credentials: [{ id: "a", api_key: "k1", weight: 2 },
                                                               { api_key: "file:key" }] } },
              rotations: { fast: { strategy: "weighted", first_token_timeout: 1.5, providers: [
                             { provider_id: "openai", models: [{ name: "gpt-4o-mini", weight: 3 }] },
                             { provider_id: "groq",   models: [{ name: "llama", weight: 1 }] } ] } },
              tiers: { default: { limits: { requests_per_minute: 600, usd_per_day: 1.5 } } },
              server: { max_body_bytes: 2048, trusted_proxies: ["10.0.0.0/8"] } }
            """, environment: ["OPENAI_API_KEY": "sk-1"], files: ["key": "k2\n"])
        #expect(problems == [])
        let snapshot = try #require(configuration)
        let openai = try #require(snapshot.providers.first { $0.id == "openai" })
        #expect(openai.credentials.map { $0.key.reveal() } == ["sk-1"])
        #expect(openai.models[0].pricing?.prompt == USD("0.15"))
        let groq = try #require(snapshot.providers.first { $0.id == "groq" })
        #expect(groq.endpoint == "https://api.groq.com/openai/v1")
        #expect(groq.credentials.map { $0.key.reveal() } == ["k1", "k2"])
        #expect(groq.credentials.map(\.weight) == [2, 1])
        #expect(snapshot.rotations[0].members.map(\.weight) == [3, 1])
        #expect(snapshot.rotations[0].settings.firstTokenTimeout == .milliseconds(1500))
        #expect(snapshot.tiers[0].limits.requestsPerMinute == 600)
        #expect(snapshot.tiers[0].limits.perDay == USD("1.5"))
        #expect(snapshot.server.maxBodyBytes == 2048)
        #expect(snapshot.providers.contains { $0.id == "demo" })
    }

    @Test(
        "A mistake is told with its line and field",
        arguments: [
            ("{\n  providers: {\n    a: { type: 'nope' } } }", 3, "providers.a.type"),
            ("{\n  provider: {} }", 2, "provider"),
            ("{ providers: { a: { type: 'openai', endpoint: 'http://h', api_key: 5 } } }", 1, "providers.a.api_key"),
            ("{ providers: { a: { type: 'openai', endpoint: 'ftp://h' } } }", 1, "providers.a.endpoint"),
            ("{ providers: { a: { type: 'openai' } } }", 1, "providers.a.api_key"),
            ("{ providers: { a: { type: 'openai', api_key: 'env:GONE' } } }", 1, "providers.a.api_key"),
            ("{ providers: { 'a/b': { type: 'vllm' } } }", 1, "providers.a/b"),
            (
                "{ providers: { a: { type: 'vllm',\n models: [{ name: 'm' }, { nam: 'x' }] } } }", 2,
                "providers.a.models[1].name"
            ),
            (
                "{ rotations: { r: {\n providers: [{ provider_id: 'gone', models: [] }] } } }", 2,
                "rotations.r.providers[0].provider_id"
            ),
            (
                "{ rotations: { r: { strategy: 'best', providers: [{ provider_id: 'demo' }] } } }", 1,
                "rotations.r.strategy"
            ),
            ("{ tiers: { t: { limits: { requests_per_minute: -1 } } } }", 1, "tiers.t.limits.requests_per_minute"),
            ("{ tiers: { t: { limits: { zone: 'Mars/Olympus' } } } }", 1, "tiers.t.limits.zone"),
            ("{ tiers: { t: { limits: { on_outage: 'maybe' } } } }", 1, "tiers.t.limits.on_outage"),
            (
                "{ tiers: { t: { limits: { on_outage: { per_day: 'share' } } } } }", 1,
                "tiers.t.limits.on_outage.per_day"
            ),
            ("{ providers: { p: { type: 'snowflake', api_key: 'k' } } }", 1, "providers.p.endpoint"),
            (
                "{ providers: { p: { type: 'cloudflare', api_key: 'k', endpoint: 'https://h' } } }", 1,
                "providers.p.endpoint"
            ),
            ("{ server: { trusted_proxies: ['10.0.0.0/99'] } }", 1, "server.trusted_proxies"),
            ("{ providers: {", 1, ""),
        ])
    func mistakes(text: String, line: Int, field: String) throws {
        let (configuration, problems) = read(text)
        #expect(configuration == nil)
        let problem = try #require(problems.first { $0.field == field && $0.severity == .error })
        #expect(problem.line == line)
    }

    @Test(
        "A bare host gets its kind's usual path",
        arguments: [
            ("openai", "http://127.0.0.1:9", "http://127.0.0.1:9/v1"), ("groq", "https://h/", "https://h/openai/v1"),
            ("google", "https://h", "https://h/v1beta"), ("ollama", "http://h:1", "http://h:1"),
            ("openai", "http://h/custom/", "http://h/custom"), ("snowflake", "https://h", "https://h/api/v2/cortex/v1"),
            ("databricks", "https://h/serving-endpoints", "https://h/serving-endpoints"),
        ])
    func endpoints(kind: String, stated: String, expected: String) throws {
        let (configuration, _) = read("{ providers: { p: { type: '\(kind)', endpoint: '\(stated)', api_key: 'k' } } }")
        #expect(try #require(configuration).providers[0].endpoint == expected)
    }

    @Test("A tier's limits may follow another zone's calendar and state what an outage means")
    func tierZone() throws {
        let (configuration, problems) = read(
            """
            { tiers: { t: { limits: { usd_per_day: 5, zone: 'Asia/Tokyo', on_outage: 'refuse' } },
                       u: { limits: { usd_per_day: 5, on_outage: { usd_per_day: 'allow' } } } } }
            """)
        #expect(problems.isEmpty)
        let tiers = try #require(configuration).tiers
        #expect(tiers[0].limits.zone == "Asia/Tokyo")
        #expect(tiers[0].limits.onOutage.common == .refuse)
        #expect(tiers[1].limits.onOutage[.usdPerDay] == .allow)
        #expect(tiers[1].limits.onOutage[.requestsPerDay] == .share)
    }

    @Test("Default models are read, and a name that leads nowhere gets a warning: the store may know it")
    func defaults() throws {
        let (configuration, problems) = read("{ defaults: { moderation_model: 'demo/echo', image_model: 'openai/x' } }")
        let defaults = try #require(configuration).defaults
        #expect(defaults.moderation == "demo/echo" && defaults.image == "openai/x")
        #expect(problems.map(\.severity) == [.warning] && problems.map(\.field) == ["defaults.image_model"])
        #expect(read("{ defaults: { chat_model: 'demo/echo' } }").configuration == nil)
    }

    @Test(
        "Images and recordings may have prices of their own",
        arguments: [
            ("image: 0.04", true), ("audio_minute: 0.006", true), ("prompt: 5, completion: 10, image: 0.04", true),
            ("prompt: 5, image: 0.04", false), ("prompt: 5", false), ("", false),
        ])
    func prices(fields: String, isGood: Bool) throws {
        let (configuration, problems) = read(
            "{ providers: { a: { type: 'openai', api_key: 'k', models: [{ name: 'm', pricing: { \(fields) } }] } } }")
        #expect((configuration != nil) == isGood && problems.isEmpty == isGood)
        let pricing = configuration?.providers.first { $0.id == "a" }?.models[0].pricing
        #expect(!isGood || pricing?.image == USD("0.04") || pricing?.audioMinute == USD("0.006"))
    }

    @Test("A field of a later version is read over with a warning")
    func later() {
        let (configuration, problems) = read("{ autoselects: {} }")
        #expect(configuration != nil)
        #expect(problems.map(\.severity) == [.warning])
    }

    @Test("No secret shows in a problem or in a printed configuration")
    func secrets() throws {
        let (configuration, _) = read("{ providers: { a: { type: 'openai', api_key: 'sk-very-secret' } } }")
        #expect(!String(describing: try #require(configuration)).contains("very-secret"))
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!dumped.contains("very-secret"))
    }
}

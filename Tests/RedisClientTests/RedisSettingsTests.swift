import Telemetry
import Testing

@testable import RedisClient

@Suite("Redis URLs")
struct RedisSettingsTests {
    @Test("A full URL gives each of its parts, decoded")
    func parts() throws {
        let settings = try RedisSettings(
            url: "rediss://us%40er:p%3Aw%2F@[::1]:7000/5?ca=/etc/a%20b.pem&tls_name=redis.example")
        #expect(settings.location == .server(RedisEndpoint(host: "::1", port: 7000)))
        #expect(settings.user == "us@er")
        #expect(settings.password == Secret("p:w/"))
        #expect(settings.database == 5)
        #expect(settings.tls == RedisSettings.TLS(authorities: "/etc/a b.pem", name: "redis.example"))
    }

    @Test("What a short URL leaves out has its usual value")
    func defaults() throws {
        for url in ["redis://cache", "redis://cache/", "redis://cache:6379", "redis://cache:6379/0"] {
            let settings = try RedisSettings(url: url)
            #expect(settings.location == .server(RedisEndpoint(host: "cache", port: 6379)))
            #expect(settings.user == nil && settings.password == nil && settings.database == 0 && settings.tls == nil)
        }
        let alone = try RedisSettings(url: "redis://:secret@cache")
        #expect(alone.user == nil && alone.password == Secret("secret"))
    }

    @Test("Sentinels are a list, with the master's name as the path")
    func sentinels() throws {
        let settings = try RedisSettings(url: "redis+sentinel://:pw@a,b:5000,[::1]/mymaster/2")
        let endpoints = [("a", 26379), ("b", 5000), ("::1", 26379)].map { RedisEndpoint(host: $0.0, port: $0.1) }
        #expect(settings.location == .sentinels(endpoints, master: "mymaster"))
        #expect(settings.database == 2 && settings.tls == nil && settings.password == Secret("pw"))
        #expect(try RedisSettings(url: "rediss+sentinel://a/m").tls == RedisSettings.TLS())
    }

    @Test(
        "A broken URL says what is wrong",
        arguments: [
            ("", .scheme), ("cache:6379", .scheme), ("http://cache", .scheme), ("redis://", .host),
            ("redis://:6379", .host), ("redis://a,b", .host), ("redis://[::1", .host), ("redis://[::1]x", .host),
            ("redis://cache:0", .port), ("redis://cache:65536", .port), ("redis://cache:", .port),
            ("redis://cache:+1", .port),
            ("redis://cache/x", .database), ("redis://cache/-1", .database), ("redis://cache/1/2", .database),
            ("redis://:%zz@cache", .escape), ("redis+sentinel://a:1", .master), ("redis+sentinel://a/", .master),
            ("redis+sentinel://a/m/x", .database), ("redis+sentinel://a,/m", .host),
            ("rediss://cache?timeout=1", .option("timeout")), ("redis://cache?ca=/x", .optionNeedsTLS("ca")),
        ] as [(String, RedisURLError)])
    func broken(url: String, fault: RedisURLError) {
        #expect(throws: fault) { try RedisSettings(url: url) }
        #expect(fault.description.hasPrefix("SWITCHYARD_REDIS_URL: "))
    }

    @Test(
        "No piece of a password is shown, encoded or not",
        arguments: [
            "redis://user:hunter2@cache:port", "redis://user:hun/ter2@cache:99999", "redis://user:hunter2",
            "redis://:hunter2?@cache/zero", "redis://:hunter2#@cache:6379?x=1", "redis://hunter2/@:6379",
            "redis+sentinel://:hunter2@a:1,b:c/m", "redis://:hunter2%@cache", "redis://user:6379hunter2/x",
        ])
    func secrets(url: String) {
        let outcome = Result { () throws(RedisURLError) in try RedisSettings(url: url) }
        #expect(!"\(outcome)".contains("ter2"))
        #expect(!String(reflecting: outcome).contains("ter2"))
    }
}

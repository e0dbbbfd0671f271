import ClusterState
import GatewayTypes
import JSON
import Testing

@testable import Configuration

@Suite("ConfigurationComposer")
struct ConfigurationComposerTests {
    private func composer(_ file: String = "{}") throws -> ConfigurationComposer {
        let reader = ConfigurationReader(environment: { ["OPENAI_API_KEY": "sk-env"][$0] }, file: { _ in nil })
        return ConfigurationComposer(
            file: try #require(reader.readFile(Array(file.utf8)).file), openKey: { _ in nil })
    }

    private func stored(_ objects: [(StoredObject.Kind, String, JSONTree)]) -> StoredObjects {
        var stored = StoredObjects()
        for (kind, id, body) in objects { stored.put(kind, id, body) }
        return stored
    }

    @Test("Stored objects come after the file's, and may use them")
    func merged() throws {
        let composer = try composer("{ providers: { a: { type: 'vllm', models: [{ name: 'm' }] } } }")
        let result = composer.compose(
            stored([
                (.provider, "b", ["type": "vllm", "models": [["name": "n"]]]),
                (
                    .rotation, "r",
                    [
                        "providers": [
                            ["provider_id": "a"], ["provider_id": "b", "models": [["name": "n", "weight": 2]]],
                        ]
                    ]
                ),
                (.setting, "strict_revocation", ["value": true]),
            ]))
        #expect(result.faults.isEmpty)
        #expect(result.configuration.providers.map(\.id) == ["a", "demo", "b"])
        #expect(result.configuration.rotations[0].members.map(\.weight) == [1, 2])
        #expect(result.configuration.server.strictRevocation)
    }

    @Test("The file wins over a stored object of the same id")
    func fileWins() throws {
        let composer = try composer(
            "{ providers: { a: { type: 'vllm', endpoint: 'http://file/v1' } }, server: { drain_timeout: 3 } }")
        let result = composer.compose(
            stored([
                (.provider, "a", ["type": "vllm", "endpoint": "http://store/v1"]),
                (.provider, "demo", ["type": "vllm"]),
                (.setting, "drain_timeout", ["value": 9]),
            ]))
        #expect(result.configuration.providers.map(\.endpoint) == ["http://file/v1", ""])
        #expect(result.configuration.server.drainTimeout == .seconds(3))
        #expect(result.shadowed == ["provider/a", "provider/demo", "setting/drain_timeout"])
        #expect(result.faults.isEmpty)
    }

    @Test(
        "A stored object that cannot be read keeps its last good form, and what is left out does not take others with it"
    )
    func lastGood() throws {
        let good = stored([
            (.provider, "a", ["type": "vllm", "models": [["name": "m"]]]),
            (.rotation, "r", ["providers": [["provider_id": "a"]]]),
        ])
        let composer = try composer()
        let first = composer.compose(good)
        var bad = good
        bad.put(.provider, "a", ["type": "vllm", "field_of_a_later_release": 1])
        bad.put(.provider, "b", .null)
        bad.put(.provider, "c", ["type": "vllm"])
        let second = composer.compose(bad, after: first.configuration)
        #expect(second.faults.map(\.name) == ["provider/a", "provider/b"])
        #expect(second.faults[0].problems.map(\.field) == ["field_of_a_later_release"])
        #expect(second.configuration.providers.map(\.id) == ["demo", "a", "c"])
        #expect(second.configuration.providers[1] == first.configuration.providers[1])
        #expect(second.configuration.rotations == first.configuration.rotations)
        let cold = composer.compose(bad)
        #expect(cold.configuration.providers.map(\.id) == ["demo", "c"])
        #expect(cold.faults.map(\.name) == ["provider/a", "provider/b", "rotation/r"])
    }

    @Test("A stored provider sees neither the environment nor files, and its keys open or it is at fault")
    func isolated() throws {
        let composer = try composer()
        var objects = stored([(.provider, "openai", ["type": "openai"])])
        #expect(composer.compose(objects).configuration.providers[1].credentials.isEmpty)
        objects.put(.provider, "openai", ["type": "openai", "api_key": "env:OPENAI_API_KEY"])
        #expect(composer.compose(objects).faults.map(\.name) == ["provider/openai"])
    }

    @Test("A setting that is not right leaves the others in force")
    func settings() throws {
        let result = try composer().compose(
            stored([
                (.setting, "strict_revocation", ["value": "yes"]), (.setting, "drain_timeout", ["value": 4]),
                (.setting, "of_a_later_release", ["value": 1]),
            ]))
        #expect(result.faults.map(\.name) == ["setting/strict_revocation"])
        #expect(result.configuration.server.drainTimeout == .seconds(4))
        #expect(!result.configuration.server.strictRevocation)
    }

    @Test(
        "A name of an autoselect leads to a rotation or a model",
        arguments: [
            ("rotation/r", true), ("rotations/r", true), ("r", true), ("a/m", true), ("m", true), ("a/x", false),
            ("x", false), ("rotation/x", false), ("open/anything", true), ("open/", false), ("", false),
        ])
    func offers(name: String, expected: Bool) throws {
        let composer = try composer(
            """
            { providers: { a: { type: 'vllm', models: [{ name: 'm' }] }, open: { type: 'vllm' } },
              rotations: { r: { providers: [{ provider_id: 'a' }] } } }
            """)
        #expect(composer.file.configuration.offers(name) == expected)
    }
}

import GatewayTypes
import Testing

@testable import Routing

private func provider(_ id: String, models: [String], keys: Int = 1) -> ProviderConfiguration {
    ProviderConfiguration(
        id: id, kind: "openai", endpoint: "http://127.0.0.1/v1", wire: .openAIChat,
        credentials: (0..<keys).map { Credential(id: "\(id)-\($0)", key: CredentialKey("k\($0)")) },
        models: models.map { ModelConfiguration(name: $0) })
}

private func table(
    _ providers: [ProviderConfiguration], _ rotations: [RotationConfiguration] = []
) -> RouteTable {
    var configuration = GatewayConfiguration()
    configuration.providers = providers
    configuration.rotations = rotations
    return RouteTable(configuration)
}

private func awake(_: CooldownKey) -> Duration? { nil }

@Suite("RouteTable")
struct RouteTableTests {
    @Test("First choices follow the weights", arguments: [[1.0, 1.0], [3.0, 1.0], [5.0, 3.0, 2.0], [1.0, 0.0]])
    func firstChoicesFollowWeights(weights: [Double]) throws {
        let providers = weights.indices.map { provider("p\($0)", models: ["m"]) }
        let members = weights.enumerated().map {
            RotationConfiguration.Member(provider: "p\($0.offset)", model: "m", weight: $0.element)
        }
        let table = table(providers, [RotationConfiguration(name: "r", members: members)])
        let draws = 10_000
        var firsts = [Int](repeating: 0, count: weights.count)
        for seed in 0..<UInt64(draws) {
            let route = try table.route("rotation/r", needs: RequestNeeds(), seed: seed, restsFor: awake)
            #expect(route.candidates.count == weights.count)
            firsts[try #require(Int(route.candidates[0].provider.id.dropFirst()))] += 1
        }
        for (index, weight) in weights.enumerated() {
            let share = Double(firsts[index]) / Double(draws)
            #expect(abs(share - weight / weights.reduce(0, +)) < 0.02)  // four standard deviations
        }
    }

    @Test(
        "Weights of any size give an order",
        arguments: [[1e308, 1e308, 1e308], [.infinity, 1], [.nan, 1], [1e-300, 1e308], [0, 0]] as [[Double]])
    func oddWeights(weights: [Double]) throws {
        let members = weights.enumerated().map {
            RotationConfiguration.Member(provider: "p\($0.offset)", model: "m", weight: $0.element)
        }
        let table = table(
            weights.indices.map { provider("p\($0)", models: ["m"]) },
            [RotationConfiguration(name: "r", members: members)])
        for seed in 0..<UInt64(100) {
            let route = try table.route("rotation/r", needs: RequestNeeds(), seed: seed, restsFor: awake)
            #expect(Set(route.candidates.map(\.provider.id)).count == weights.count)
        }
    }

    @Test(
        "Names reach what they name",
        arguments: [
            ("a/m", ["a"]), ("a/x/y", ["a"]), ("rotation/r", ["b"]), ("rotations/r", ["b"]), ("r", ["b"]),
            ("shared", ["a", "b"]),
        ])
    func names(name: String, providers: [String]) throws {
        let table = table(
            [provider("a", models: ["m", "x/y", "shared"]), provider("b", models: ["n", "shared"])],
            [RotationConfiguration(name: "r", members: [.init(provider: "b", model: "n")])])
        let route = try table.route(name, needs: RequestNeeds(), seed: 1, restsFor: awake)
        #expect(Set(route.candidates.map(\.provider.id)) == Set(providers))
    }

    @Test("An unknown name is told with near ones", arguments: ["a/gpt-4o-mimi", "gpt-4o-mini2", "b/gpt-4o-mini"])
    func unknown(name: String) {
        let table = table([provider("a", models: ["gpt-4o-mini", "other-thing"])])
        #expect(throws: GatewayError.modelNotFound(name: name, suggestions: ["a/gpt-4o-mini"])) {
            try table.route(name, needs: RequestNeeds(), seed: 1, restsFor: awake)
        }
    }

    @Test("A provider without a list of models is asked for any")
    func anyModel() throws {
        let route = try table([provider("a", models: [])]).route(
            "a/whatever/v1", needs: RequestNeeds(), seed: 1, restsFor: awake)
        #expect(route.candidates.map(\.model.name) == ["whatever/v1"])
    }

    @Test("What rests is left out, and when all rest the shortest wait is told")
    func resting() throws {
        let table = table([provider("a", models: ["m"], keys: 2)])
        let first = CooldownKey.credential(provider: "a", credential: "a-0")
        let route = try table.route("a/m", needs: RequestNeeds(), seed: 1) { $0 == first ? .seconds(9) : nil }
        #expect(route.candidates.map(\.credential.id) == ["a-1"])
        #expect(throws: GatewayError.noCandidate(retryAfter: .seconds(4))) {
            try table.route("a/m", needs: RequestNeeds(), seed: 1) {
                switch $0 {
                case .credential(_, let credential): credential == "a-0" ? .seconds(9) : .seconds(4)
                case .credentialModel, .providerModel: nil
                }
            }
        }
    }

    @Test("Only candidates that can take the request are tried")
    func fitness() throws {
        var blind = provider("a", models: ["m"])
        blind.models[0].capabilities = ["tools"]
        var small = provider("b", models: ["m"])
        small.models[0].contextLength = 100
        let table = table([blind, small, provider("c", models: ["m"])])
        var needs = RequestNeeds()
        needs.vision = true
        needs.promptTokens = 5000
        let route = try table.route("m", needs: needs, seed: 3, restsFor: awake)
        #expect(route.candidates.map(\.provider.id) == ["c"])
        #expect(throws: GatewayError.self) { try table.route("b/m", needs: needs, seed: 3, restsFor: awake) }
    }

    @Test("Only candidates whose format has words for the operation are tried")
    func operations() throws {
        var claude = provider("a", models: ["m"])
        claude.wire = .anthropicMessages
        var gemini = provider("b", models: ["m"])
        gemini.wire = .gemini
        let table = table([claude, gemini, provider("c", models: ["m"])])
        func tried(_ name: String, _ operation: Operation, _ wires: Set<WireFormat>? = nil) throws -> Set<String> {
            var needs = RequestNeeds()
            needs.operation = operation
            needs.wires = wires
            return Set(try table.route(name, needs: needs, seed: 3, restsFor: awake).candidates.map(\.provider.id))
        }
        #expect(try tried("m", .conversation) == ["a", "b", "c"])
        #expect(try tried("m", .embedding) == ["b", "c"])
        #expect(try tried("m", .embedding, [.openAIChat]) == ["c"])
        #expect(try tried("m", .speech) == ["c"])
        #expect {
            _ = try tried("a/m", .embedding)
        } throws: { error in
            guard let error = error as? GatewayError else { return false }
            return error.status == 400 && error.code == "unsupported_by_model" && error.message.contains("embeddings")
        }
    }

    @Test("What only one wire format can be asked goes there, or is refused by its field")
    func onlyWire() throws {
        var own = provider("a", models: ["m"])
        own.models[0].wire = .openAIResponses
        let table = table([provider("b", models: ["m"]), own])
        var needs = RequestNeeds()
        needs.only = WireNeed(wire: .openAIResponses, field: "previous_response_id")
        let route = try table.route("m", needs: needs, seed: 3, restsFor: awake)
        #expect(route.candidates.map(\.provider.id) == ["a"])
        #expect {
            try table.route("b/m", needs: needs, seed: 3, restsFor: awake)
        } throws: { ($0 as? GatewayError)?.parameter == "previous_response_id" }
    }

    @Test("Priority keeps the configured order")
    func priority() throws {
        let rotation = RotationConfiguration(
            name: "r", members: ["c", "a", "b"].map { .init(provider: $0, model: "m") }, strategy: .priority)
        let table = table(["a", "b", "c"].map { provider($0, models: ["m"]) }, [rotation])
        for seed in 0..<50 {
            let route = try table.route("r", needs: RequestNeeds(), seed: UInt64(seed), restsFor: awake)
            #expect(route.candidates.map(\.provider.id) == ["c", "a", "b"])
        }
    }
}

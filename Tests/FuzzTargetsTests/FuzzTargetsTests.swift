import FuzzTargets
import Glibc
import Testing

/// A bounded run of what `Tests/Fuzz` runs for as long as one likes. `SWITCHYARD_FUZZ_INPUTS` sets another bound, and
/// `SWITCHYARD_FUZZ_SEED` begins elsewhere.
@Suite("Decoders and any bytes")
struct FuzzTargetsTests {
    private static let inputs = number("SWITCHYARD_FUZZ_INPUTS") ?? 100
    private static let seed = UInt64(number("SWITCHYARD_FUZZ_SEED") ?? 1)
    private static let names = FuzzTarget.all.map(\.name)

    private static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

    @Test("Changed bytes crash no decoder, and its laws hold", arguments: names)
    func mutated(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let seeds = target.seeds.map { Files.read($0) }.filter { !$0.isEmpty } + target.texts.map { Array($0.utf8) }
        try #require(!seeds.isEmpty, "\(name) has nothing to begin with")
        var mutation = Mutation(seed: Self.seed)
        for count in 0..<(seeds.count + Self.inputs) {
            let bytes = count < seeds.count ? seeds[count] : mutation.input(from: seeds)
            if let fault = target.run(bytes) {
                Issue.record(
                    "\(name), seed \(Self.seed), input \(count): \(fault)\n\(String(decoding: bytes, as: UTF8.self))")
                return
            }
        }
    }

    @Test("What once broke a decoder breaks it no more")
    func cases() throws {
        let files = Files.names(in: "Tests/Fuzz/cases")
        for file in files {
            let target = try #require(FuzzTarget.all.first { file.hasPrefix("\($0.name).") }, "\(file)")
            #expect(target.run(Files.read("Tests/Fuzz/cases/\(file)")) == nil, "\(file)")
        }
    }
}

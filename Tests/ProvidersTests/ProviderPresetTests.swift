import GatewayTypes
import Glibc
import Testing
import WireFormats

@testable import Providers

@Suite("Presets of providers")
struct ProviderPresetTests {
    private static let presets = ProviderPreset.kinds.compactMap { ProviderPreset.named($0) }

    @Test("At least sixty services that speak OpenAI chat are known")
    func count() {
        let services = Self.presets.filter { $0.wire == .openAIChat && $0.endpoint.hasPrefix("https://") }
        #expect(services.count >= 60)
    }

    @Test("An endpoint is https, or on this machine without a key, and has no slash at its end")
    func endpoints() {
        for preset in Self.presets where preset.kind != "demo" {
            let isLocal = preset.endpoint.hasPrefix("http://127.0.0.1:")
            #expect(isLocal != preset.endpoint.hasPrefix("https://"), "\(preset.kind)")
            #expect(isLocal == (preset.keyVariable == nil), "\(preset.kind)")
            #expect(!preset.endpoint.hasSuffix("/"), "\(preset.kind)")
        }
    }

    @Test("docs/providers.md says of every kind where it is and what its key is called")
    func documented() throws {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        let file = try #require(fopen(folder.joined(separator: "/") + "/docs/providers.md", "r"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
        let expected = Self.presets.filter { $0.kind != "demo" }.map {
            "| `\($0.kind)` | \($0.endpoint) | \($0.keyVariable ?? "") |"
        }
        #expect(Set(rows) == Set(expected) && rows.count == expected.count)
    }

    @Test("A kind is a word of small letters and digits, and a variable one of capitals")
    func words() {
        for preset in Self.presets {
            #expect(preset.kind.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" || $0 == "_" })
            #expect(preset.keyVariable?.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" } ?? true)
        }
    }

    @Test(
        "Azure's older versions are asked in the older words",
        arguments: [("2024-02-01", false), ("2024-10-21", true), ("2025-04-01-preview", true)])
    func azure(version: String, isNew: Bool) {
        var provider = ProviderConfiguration(id: "p", kind: "azure", endpoint: "https://x", wire: .openAIChat)
        provider.apiVersion = version
        let quirks = ProviderPreset.quirks(of: provider)
        #expect(quirks.takesStreamOptions == isNew)
        #expect(quirks.lengthField == (isNew ? .maxCompletionTokens : .maxTokens))
    }
}

import Glibc
import Testing

@testable import WireFormats

/// `SWITCHYARD_WRITE_GOLDEN=1 swift test --filter GoldenTranscriptTests` writes the pages anew: read what changed before you
/// commit it.
@Suite("Pages of every dialect and provider")
struct GoldenTranscriptTests {
    @Test("What is asked and what is answered stands on the page", arguments: GoldenTranscript.all)
    func page(transcript: GoldenTranscript) throws {
        let text = try transcript.text()
        if getenv("SWITCHYARD_WRITE_GOLDEN") != nil { ProjectFile.write(text, to: transcript.path) }
        let written = String(decoding: ProjectFile.read(transcript.path), as: UTF8.self)
        let (now, before) = (text.split(separator: "\n"), written.split(separator: "\n"))
        for (line, other) in zip(now, before) {
            try #require(line == other, "\(transcript.path)")
        }
        #expect(now.count == before.count && text == written, "\(transcript.path)")
    }
}

import GatewayTypes
import JSON
import Testing
import WireFormats

@Suite("The body for an upstream of the caller's format")
struct PassThroughRequestTests {
    @Test(
        "Only what has to differ differs",
        arguments: [
            (
                #"{ "model" : "a", "messages":[{"role":"user","content":"x"}], "zz": 1.50 }"#,
                #"{ "model" : "b", "messages":[{"role":"user","content":"x"}], "zz": 1.50 }"#
            ),
            (
                #"{"stream":true,"messages":[{"role":"user","content":"x"}],"model":"a"}"#,
                #"{"stream":true,"messages":[{"role":"user","content":"x"}],"model":"b","stream_options":{"include_usage":true}}"#
            ),
            (
                #"{"model":"a","stream":true,"stream_options":{"include_usage":false,"x":1},"messages":[{"role":"user","content":"x"}]}"#,
                #"{"model":"b","stream":true,"stream_options":{"include_usage":true,"x":1},"messages":[{"role":"user","content":"x"}]}"#
            ),
            (
                #"{"model":"a","stream":true,"stream_options":{"x":1},"messages":[{"role":"user","content":"x"}]}"#,
                #"{"model":"b","stream":true,"stream_options":{"x":1,"include_usage":true},"messages":[{"role":"user","content":"x"}]}"#
            ),
            (
                #"{"model":"a","stream":true,"stream_options":null,"messages":[{"role":"user","content":"x"}]}"#,
                #"{"model":"b","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}"#
            ),
        ])
    func spliced(body: String, expected: String) throws {
        let request = try OpenAIChat.understand(Array(body.utf8))
        #expect(String(decoding: PassThroughRequest.body(of: request, model: "b"), as: UTF8.self) == expected)
    }

    @Test("Nothing differs where nothing has to")
    func untouched() throws {
        let body = Array(
            #"{"model":"a","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}]}"#
                .utf8)
        #expect(PassThroughRequest.body(of: try OpenAIChat.understand(body), model: "a") == body)
    }

    @Test("Quirks rename the length limit and leave out what is refused")
    func quirks() throws {
        var quirks = ChatQuirks()
        quirks.lengthField = "max_completion_tokens"
        quirks.refusedFields = ["seed"]
        quirks.takesStreamOptions = false
        let body =
            #"{"model":"a","seed":1,"max_tokens":5,"stream":true,"stream_options":{},"messages":[{"role":"user","content":"x"}]}"#
        let sent = PassThroughRequest.body(of: try OpenAIChat.understand(Array(body.utf8)), model: "a", quirks: quirks)
        #expect(
            String(decoding: sent, as: UTF8.self)
                == #"{"model":"a","stream":true,"messages":[{"role":"user","content":"x"}],"max_completion_tokens":5}"#)
    }
}

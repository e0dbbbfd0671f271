import GatewayTypes
import Testing

@testable import WireFormats

@Suite("Bedrock's errors")
struct BedrockFailureTests {
    @Test(
        "Each has its kind, by the type in the header",
        arguments: [
            (
                403, "ExpiredTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/",
                "The security token included in the request is expired", .authentication
            ),
            (
                403, "UnrecognizedClientException", "The security token included in the request is invalid.",
                .authentication
            ),
            (
                403, "InvalidSignatureException",
                "The request signature we calculated does not match the signature you provided.", .authentication
            ),
            (
                403, "AccessDeniedException", "You don't have access to the model with the specified model ID.",
                .permission
            ),
            (400, "ValidationException", "The provided model identifier is invalid.", .notFound),
            (
                400, "ValidationException",
                "Invocation of model ID x with on-demand throughput isn't supported. Retry with an inference profile.",
                .notFound
            ),
            (400, "ValidationException", "Input is too long for requested model.", .contextLength),
            (400, "ValidationException", "messages.0.content: text content blocks must be non-empty", .badRequest),
            (404, "ResourceNotFoundException", "Could not resolve the foundation model.", .notFound),
            (408, "ModelTimeoutException", "Model has timed out in processing the request.", .timeout),
            (424, "ModelErrorException", "The model failed.", .server),
            (429, "ThrottlingException", "Too many requests, please wait before trying again.", .rateLimit),
            (429, "ThrottlingException", "Too many tokens per day, please wait before trying again.", .quota),
            (400, "ServiceQuotaExceededException", "You exceeded your quota.", .quota),
            (429, "ModelNotReadyException", "The model is not ready.", .overloaded),
            (500, "InternalServerException", "Try your request again.", .server),
            (503, "ServiceUnavailableException", "Bedrock is unable to process your request.", .overloaded),
        ] as [(Int, String, String, UpstreamFailure.Kind)])
    func kinds(status: Int, type: String, message: String, kind: UpstreamFailure.Kind) {
        let failure = Cloud.bedrock.failure(
            status: status, type: type, body: Array(#"{"message":"\#(message)"}"#.utf8))
        #expect(failure?.kind == kind)
        #expect(failure?.message == message)
        #expect(failure?.code?.contains(":") == false)
    }

    @Test("Without a header the body's type counts, and without one the status")
    func withoutHeader() {
        let typed = #"{"__type":"com.amazon.coral.service#UnrecognizedClientException","message":"No."}"#
        #expect(BedrockFailure.read(status: 400, type: nil, body: Array(typed.utf8)).kind == .authentication)
        let plain = #"{"message":"Something."}"#
        #expect(BedrockFailure.read(status: 503, type: nil, body: Array(plain.utf8)).kind == .overloaded)
        #expect(BedrockFailure.read(status: 503, type: nil, body: Array("<html>".utf8)).kind == .overloaded)
        #expect(BedrockFailure.read(status: 429, type: nil, body: []).kind == .rateLimit)
    }

    @Test("A key that an error quotes is not passed on")
    func secret() {
        let body = #"{"message":"The key AKIAIOSFODNN7EXAMPLE is unknown."}"#
        let failure = BedrockFailure.read(status: 403, type: "UnrecognizedClientException", body: Array(body.utf8))
        #expect(!failure.message.contains("AKIA"))
    }
}

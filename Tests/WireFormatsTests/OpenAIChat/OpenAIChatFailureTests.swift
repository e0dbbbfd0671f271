import GatewayTypes
import Testing
import WireFormats

@Suite("Classifying error answers")
struct OpenAIChatFailureTests {
    static let bodies: [(Int, String, UpstreamFailure.Kind)] = [
        (
            401,
            #"{"error":{"message":"Incorrect API key provided: sk-abc***xyz.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#,
            .authentication
        ),
        (401, #"{"detail":"Invalid API Key"}"#, .authentication),
        (
            400,
            #"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}"#,
            .authentication
        ),
        (403, #"{"error":{"message":"Your API key is invalid: invalid api key"}}"#, .authentication),
        (403, #"{"error":{"message":"You are not allowed to sample from this model"}}"#, .permission),
        (
            403,
            #"{"error":{"code":"unsupported_country_region_territory","message":"Country, region, or territory not supported"}}"#,
            .forbiddenRequest
        ),
        (
            403,
            #"{"error":{"message":"Provider returned error","code":403,"metadata":{"raw":"{\"error\":\"Content violates usage guidelines\"}"}}}"#,
            .forbiddenRequest
        ),
        (
            402, #"{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}"#,
            .quota
        ),
        (
            429,
            #"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            .quota
        ),
        (
            429,
            #"{"error":{"code":429,"message":"You exceeded your current quota. Please retry in 21.3s.","status":"RESOURCE_EXHAUSTED"}}"#,
            .rateLimit
        ),
        (
            429,
            #"{"error":{"message":"Rate limit reached for gpt-4 on tokens per min. Please try again in 6m0s.","code":"rate_limit_exceeded"}}"#,
            .rateLimit
        ),
        (429, "Too many requests", .rateLimit),
        (429, "", .rateLimit),
        (400, #"{"error":{"message":"Your credit balance is too low to access the API."}}"#, .quota),
        (
            400,
            #"{"error":{"message":"This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.","code":"context_length_exceeded"}}"#,
            .contextLength
        ),
        (
            400, #"{"error":{"message":"prompt too long; exceeded max context length by 1119046 tokens"}}"#,
            .contextLength
        ),
        (
            400,
            #"{"object":"error","message":"This model's maximum context length is 10 tokens","type":"BadRequestError","code":400}"#,
            .contextLength
        ),
        (
            400,
            #"{"error":{"message":"The total length of all messages is too long.","type":"too_many_prompt_tokens","code":400}}"#,
            .contextLength
        ),
        (
            422,
            #"{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000","error_type":"validation","message":"inputs tokens + max_new_tokens must be <= 4096"}"#,
            .contextLength
        ),
        (
            500, #"{"error":{"message":"the request exceeds the available context size, try increasing it"}}"#,
            .contextLength
        ),
        (
            400,
            #"{"error":{"code":"content_filter","message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy."}}"#,
            .contentFilter
        ),
        (
            400, #"{"code":"data_inspection_failed","message":"Input data may contain inappropriate content."}"#,
            .contentFilter
        ),
        (404, #"{"error":"Specified model not found: x"}"#, .notFound),
        (404, "404 page not found", .notFound),
        (400, #"{"error":{"message":"invalid model ID","type":"invalid_request_error"}}"#, .notFound),
        (
            400, #"{"error":{"message":"The model `x` has been decommissioned","code":"model_decommissioned"}}"#,
            .notFound
        ),
        (
            400,
            #"{"error":{"message":"Unsupported parameter: 'stop'","param":"stop","code":"unsupported_parameter"}}"#,
            .badRequest
        ),
        (
            422,
            #"{"detail":[{"loc":["body","messages",0,"role"],"msg":"Input should be 'user'","type":"literal_error"}]}"#,
            .badRequest
        ),
        (413, #"{"error":{"message":"Request too large"}}"#, .tooLarge),
        (408, "", .timeout),
        (500, #"{"error":{"message":"The server had an error","type":"server_error"}}"#, .server),
        (500, #"{"errors":[{"code":7003,"message":"No route for that URI"}],"success":false}"#, .server),
        (502, "<html><head><title>502 Bad Gateway</title></head></html>", .server),
        (503, #"{"error":{"message":"Service unavailable"}}"#, .overloaded),
        (503, "<!DOCTYPE html><html></html>", .overloaded),
        (529, #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, .overloaded),
        (500, #"{"error":{"message":"The model is currently overloaded"}}"#, .overloaded),
        (504, "upstream request timeout", .timeout),
        (
            400, "[{\"error\":{\"code\":400,\"message\":\"Invalid value\",\"status\":\"INVALID_ARGUMENT\"}}]",
            .badRequest
        ),
        (302, "", .badAnswer),
    ]

    @Test("Each body has its kind, and words a caller may read", arguments: bodies)
    func kinds(status: Int, body: String, kind: UpstreamFailure.Kind) {
        let failure = OpenAIChatUpstream.failure(status: status, body: Array(body.utf8))
        #expect(failure.kind == kind, "\(failure.message)")
        #expect(failure.status == status)
        #expect(!failure.message.isEmpty && !failure.message.contains("<html"))
    }

    @Test("Message, code, parameter and waiting time are the provider's")
    func facts() {
        let body =
            #"{"error":{"message":"Limit reached. Please try again in 1m2.5s.","type":"tokens","param":"max_tokens","code":"rate_limit_exceeded"}}"#
        let failure = OpenAIChatUpstream.failure(status: 429, body: Array(body.utf8))
        #expect(
            failure
                == UpstreamFailure(
                    .rateLimit, status: 429, message: "Limit reached. Please try again in 1m2.5s.",
                    code: "rate_limit_exceeded",
                    parameter: "max_tokens", retryAfter: .milliseconds(62_500)))
    }

    @Test(
        "Waiting times in words",
        arguments: [
            ("try again in 20s", .seconds(20)), ("Please try again in 340ms.", .milliseconds(340)),
            ("retry after 5 seconds", .seconds(5)), ("Try again in 6m0s.", .seconds(360)),
            ("try again in 2 minutes", .seconds(120)), ("Please wait 3 seconds", .seconds(3)),
            ("try again in 7", .seconds(7)), ("try again in a while", nil), ("come back later", nil),
            ("try again in 999999999999999999999s", nil), ("try again in 400 days", .seconds(86_400)),
        ] as [(String, Duration?)])
    func retryAfter(message: String, wait: Duration?) {
        let failure = OpenAIChatUpstream.failure(status: 429, body: Array(#"{"error":"\#(message)"}"#.utf8))
        #expect(failure.retryAfter == wait)
    }

    @Test("Google's retry delay is taken from the details")
    func retryDelay() {
        let body =
            #"{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"@type":"q"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}"#
        #expect(OpenAIChatUpstream.failure(status: 429, body: Array(body.utf8)).retryAfter == .seconds(34))
    }

    @Test(
        "Keys and addresses never reach a caller",
        arguments: [
            ("Incorrect API key provided: sk-proj-abcDEF0123456789.", "Incorrect API key provided: [key]"),
            ("bad header Authorization: Bearer abcdefghij", "bad header Authorization: Bearer [key]"),
            ("key AIzaSyA1234567890 expired", "key [key] expired"),
            ("provided: test_ope*******_key. Find", "provided: [key] Find"),
            ("subscription 0123456789abcdef0123456789abcdef", "subscription [key]"),
            ("cannot reach 10.0.0.7:8000", "cannot reach [address]:8000"),
            ("model gpt-4.1-2025-04-14 says 3.5", "model gpt-4.1-2025-04-14 says 3.5"),
            ("sk-learn is a library", "sk-learn is a library"),
        ])
    func masks(message: String, masked: String) {
        let failure = OpenAIChatUpstream.failure(status: 400, body: Array(#"{"error":{"message":"\#(message)"}}"#.utf8))
        #expect(failure.message == masked)
    }

    @Test("Any bytes are classified", arguments: [400, 401, 404, 429, 500, 503])
    func anyBytes(status: Int) {
        for body in [
            [], [0xFF, 0xFE, 0x00], Array("{".utf8), Array("null".utf8), Array(#"{"error":{}}"#.utf8),
            [UInt8](repeating: 0x5B, count: 5_000),
        ] as [[UInt8]] {
            let failure = OpenAIChatUpstream.failure(status: status, body: body)
            #expect(failure.status == status && !failure.message.isEmpty && failure.message.utf8.count < 2_100)
        }
    }
}

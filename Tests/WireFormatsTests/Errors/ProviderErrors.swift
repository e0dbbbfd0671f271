import GatewayTypes

@testable import WireFormats

/// Errors as providers word them, with what they are: one list for the tests that classify and for those that tell callers.
struct ProviderError: Sendable {
    var provider: String
    var wire: WireFormat
    var status: Int
    var body: String
    var kind: UpstreamFailure.Kind
    /// What the provider asked to wait, in words or in the body.
    var wait: Duration?

    init(
        _ provider: String, _ status: Int, _ kind: UpstreamFailure.Kind, in wire: WireFormat = .openAIChat,
        wait: Duration? = nil, _ body: String
    ) {
        (self.provider, self.wire, self.status, self.kind, self.wait, self.body) =
            (provider, wire, status, kind, wait, body)
    }

    static let all: [ProviderError] = [
        .init(
            "openai", 401, .authentication,
            #"{"error":{"message":"Incorrect API key provided: sk-abc***xyz. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#
        ),
        .init(
            "openai", 429, .rateLimit, wait: .milliseconds(12_500),
            #"{"error":{"message":"Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 12.5s.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#
        ),
        .init(
            "openai", 429, .quota,
            #"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#
        ),
        .init(
            "openai", 400, .contextLength, in: .openAIResponses,
            #"{"error":{"message":"Your input exceeds the context window of this model. Please adjust your input and try again.","type":"invalid_request_error","param":"input","code":"context_length_exceeded"}}"#
        ),
        .init(
            "azure", 400, .contentFilter,
            #"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}"#
        ),
        .init(
            "azure", 401, .authentication,
            #"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription."}}"#
        ),
        .init(
            "azure", 404, .notFound,
            #"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#
        ),
        .init(
            "anthropic", 529, .overloaded, in: .anthropicMessages,
            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}"#),
        .init(
            "anthropic", 400, .contextLength, in: .anthropicMessages,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#
        ),
        .init(
            "anthropic", 400, .quota, in: .anthropicMessages,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."}}"#
        ),
        .init(
            "anthropic", 413, .tooLarge, in: .anthropicMessages,
            #"{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}"#),
        .init(
            "google", 429, .rateLimit, in: .gemini, wait: .seconds(34),
            #"{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details. Please retry in 34.07s.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}"#
        ),
        .init(
            "google", 400, .authentication, in: .gemini,
            #"{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}"#
        ),
        .init(
            "google", 400, .contextLength, in: .gemini,
            #"{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}"#
        ),
        .init(
            "google", 503, .overloaded, in: .gemini,
            #"{"error":{"code":503,"message":"The model is overloaded. Please try again later.","status":"UNAVAILABLE"}}"#
        ),
        .init(
            "vertex", 404, .notFound, in: .gemini,
            #"{"error":{"code":404,"message":"Publisher Model `projects/p/locations/l/publishers/google/models/x` was not found or your project does not have access to it.","status":"NOT_FOUND"}}"#
        ),
        .init(
            "bedrock", 429, .rateLimit, in: .bedrockConverse,
            #"{"__type":"ThrottlingException","message":"Too many requests, please wait before trying again."}"#),
        .init(
            "google", 429, .quota, in: .gemini,
            #"{"error":{"code":429,"message":"Quota of the day is spent.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel"}]}]}}"#
        ),
        .init(
            "vertex", 429, .rateLimit, in: .gemini,
            #"{"error":{"code":429,"message":"Resource exhausted. Please try again later.","status":"RESOURCE_EXHAUSTED"}}"#
        ),
        .init(
            "bedrock", 429, .quota, in: .bedrockConverse,
            #"{"__type":"ThrottlingException","message":"Too many tokens per day, please wait before trying again."}"#),
        .init(
            "bedrock", 503, .overloaded, in: .bedrockConverse,
            #"{"__type":"ServiceUnavailableException","message":"Bedrock is unable to process your request."}"#),
        .init(
            "bedrock", 400, .contextLength, in: .bedrockConverse,
            #"{"__type":"ValidationException","message":"Input is too long for requested model."}"#),
        .init(
            "bedrock", 403, .permission, in: .bedrockConverse,
            #"{"__type":"AccessDeniedException","message":"You don't have access to the model with the specified model ID."}"#
        ),
        .init("cohere", 401, .authentication, in: .cohereChat, #"{"id":"1","message":"invalid api token"}"#),
        .init(
            "cohere", 429, .rateLimit, in: .cohereChat,
            #"{"id":"1","message":"You are using a Trial key, which is limited to 10 API calls / minute."}"#),
        .init("ollama", 404, .notFound, in: .ollamaChat, #"{"error":"model 'x' not found"}"#),
        .init(
            "mistral", 401, .authentication, #"{"detail":"Unauthorized"}"#),
        .init(
            "mistral", 422, .badRequest,
            #"{"object":"error","message":{"detail":[{"type":"less_than_equal","loc":["body","temperature"],"msg":"Input should be less than or equal to 1.5","input":3}]},"type":"invalid_request_error","param":null,"code":null}"#
        ),
        .init(
            "mistral", 429, .rateLimit,
            #"{"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300","raw_status_code":429}"#
        ),
        .init(
            "groq", 429, .rateLimit, wait: .milliseconds(7_660),
            #"{"error":{"message":"Rate limit reached for model `llama-3.3-70b-versatile` in organization `org_x` on tokens per minute (TPM): Limit 6000, Used 5000, Requested 1766. Please try again in 7.66s.","type":"tokens","code":"rate_limit_exceeded"}}"#
        ),
        .init(
            "groq", 413, .tooLarge,
            #"{"error":{"message":"Request Entity Too Large","type":"invalid_request_error","code":"request_too_large"}}"#
        ),
        .init(
            "deepseek", 402, .quota,
            #"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#
        ),
        .init(
            "deepseek", 401, .authentication,
            #"{"error":{"message":"Authentication Fails, Your api key: ****1234 is invalid","type":"authentication_error","param":null,"code":"invalid_request_error"}}"#
        ),
        .init(
            "xai", 400, .authentication,
            #"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xx***yy. You can obtain an API key from https://console.x.ai."}"#
        ),
        .init(
            "xai", 404, .notFound,
            #"{"code":"Some requested entity was not found","error":"The model grok-9 does not exist or your team does not have access to it."}"#
        ),
        .init(
            "openrouter", 402, .quota,
            #"{"error":{"message":"This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 3000.","code":402,"metadata":{"provider_name":null}}}"#
        ),
        .init(
            "openrouter", 429, .rateLimit,
            #"{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"x/y:free is temporarily rate-limited upstream. Please retry shortly.","provider_name":"Chutes"}}}"#
        ),
        .init(
            "perplexity", 401, .authentication,
            "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body></body>\r\n</html>"),
        .init(
            "perplexity", 400, .notFound,
            #"{"error":{"message":"Invalid model 'x'. Permitted models can be found in the documentation.","type":"invalid_model","code":400}}"#
        ),
        .init("huggingface", 401, .authentication, #"{"error":"Invalid credentials in Authorization header"}"#),
        .init(
            "huggingface", 402, .quota,
            #"{"error":"You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits."}"#
        ),
        .init(
            "together", 422, .contextLength,
            #"{"id":"x","error":{"message":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5000 `inputs` tokens and 10 `max_new_tokens`","type":"invalid_request_error","param":null,"code":null}}"#
        ),
        .init(
            "together", 429, .rateLimit,
            #"{"id":"x","error":{"message":"You have reached the rate limit specific to this model x. The maximum rate limit for this model is 0.6 queries per minute.","type":"rate_limit","param":null,"code":null}}"#
        ),
        .init(
            "fireworks", 404, .notFound,
            #"{"error":{"object":"error","type":"invalid_request_error","code":"NOT_FOUND","message":"Model not found, inaccessible, and/or not deployed"}}"#
        ),
        .init("fireworks", 412, .badRequest, #"{"error":{"message":"Account is suspended","type":"precondition"}}"#),
        .init(
            "cerebras", 401, .authentication,
            #"{"message":"Wrong API Key","type":"invalid_request_error","param":"api_key","code":"wrong_api_key"}"#),
        .init(
            "cerebras", 429, .rateLimit,
            #"{"message":"Requests per minute limit exceeded - too many requests sent.","type":"too_many_requests_error","param":"quota","code":"request_quota_exceeded"}"#
        ),
        .init(
            "nvidia", 404, .notFound,
            #"{"status":404,"title":"Not Found","detail":"Function 'x': Not found for account 'y'"}"#),
        .init(
            "nvidia", 403, .permission,
            #"{"status":403,"title":"Forbidden","detail":"Authorization failed"}"#),
        .init(
            "databricks", 400, .badRequest,
            #"{"error_code":"BAD_REQUEST","message":"{\"error\":{\"message\":\"temperature must be at most 2\"}}"}"#),
        .init(
            "databricks", 403, .authentication, #"{"error_code":"403","message":"Invalid access token."}"#),
        .init(
            "cloudflare", 401, .authentication,
            #"{"result":null,"success":false,"errors":[{"code":10000,"message":"Authentication error"}],"messages":[]}"#
        ),
        .init(
            "cloudflare", 429, .rateLimit,
            #"{"errors":[{"message":"AiError: Capacity temporarily exceeded, please try again.","code":3040}],"success":false,"result":{},"messages":[]}"#
        ),
        .init(
            "snowflake", 400, .notFound,
            #"{"message":"unknown model \"x\"","request_id":"1","error_code":"399504"}"#),
        .init(
            "dashscope", 400, .contentFilter,
            #"{"error":{"code":"data_inspection_failed","param":null,"message":"Input data may contain inappropriate content.","type":"data_inspection_failed"},"id":"x","request_id":"y"}"#
        ),
        .init(
            "dashscope", 400, .contextLength,
            #"{"error":{"message":"<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]","type":"invalid_request_error","param":null,"code":"invalid_parameter_error"}}"#
        ),
        .init(
            "zai", 401, .authentication,
            #"{"error":{"code":"1000","message":"Authentication Failed"}}"#),
        .init(
            "vllm", 400, .contextLength,
            #"{"object":"error","message":"This model's maximum context length is 2048 tokens. However, you requested 3000 tokens in the messages, Please reduce the length of the messages.","type":"BadRequestError","param":null,"code":400}"#
        ),
        .init(
            "vllm", 404, .notFound,
            #"{"error":{"message":"The model `x` does not exist.","type":"NotFoundError","param":"model","code":404}}"#
        ),
        .init(
            "llamacpp", 503, .overloaded,
            #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#),
        .init(
            "llamacpp", 400, .contextLength,
            #"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}"#
        ),
        .init(
            "lm_studio", 404, .notFound,
            #"{"error":{"message":"No models loaded. Please load a model.","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#
        ),
        .init("venice", 401, .authentication, #"{"error":"Authentication failed"}"#),
        .init("venice", 402, .quota, #"{"error":"Insufficient USD or Diem balance to complete request"}"#),
        .init(
            "vercel-gateway", 404, .notFound,
            #"{"error":{"message":"Model 'x' not found","type":"model_not_found","param":{"statusCode":404,"name":"GatewayModelNotFoundError"}}}"#
        ),
        .init(
            "writer", 400, .badRequest,
            #"{"tpe":"bad-request","errors":[{"description":"temperature is out of range","key":"fail.invalid.body","extras":{}}],"extras":{}}"#
        ),
        .init(
            "ai21", 422, .badRequest,
            #"{"detail":[{"loc":["body","messages"],"msg":"field required","type":"value_error.missing"}]}"#),
        .init("sambanova", 410, .notFound, #"{"error":{"message":"Model x is deprecated","type":"gone","code":null}}"#),
        .init("nebius", 504, .timeout, "upstream request timeout"),
        .init("novita", 500, .server, #"{"code":500,"reason":"INTERNAL","message":"server error","metadata":{}}"#),
    ]
}

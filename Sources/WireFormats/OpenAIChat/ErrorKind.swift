internal import GatewayTypes

/// Decides what kind of failure an error is, from its status and from the words providers use.
enum ErrorKind {
    /// - Parameter status: `nil` where neither HTTP nor the body told one.
    static func of(status: Int?, _ facts: ErrorFacts) -> UpstreamFailure.Kind {
        let words = [facts.code ?? "", facts.type ?? "", facts.message].joined(separator: "\n").lowercased()
        func says(_ phrases: [String]) -> Bool { phrases.contains { words.endOfFirst($0) != nil } }

        switch status {
        case 401: return .authentication
        case 402: return .quota
        case 403:
            if says(badKey) { return .authentication }
            if says(noMoney) { return .quota }
            return says(filtered) || says(elsewhere) ? .forbiddenRequest : .permission
        case 404, 410: return .notFound
        case 408, 504, 524: return .timeout
        case 413: return says(tooLong) ? .contextLength : .tooLarge
        case 429: return facts.retryAfter == nil && says(noMoney) ? .quota : .rateLimit
        case 503, 529: return .overloaded
        case .some(300..<400): return .badAnswer
        case .some(400..<500):
            if says(badKey) { return .authentication }
            if says(noMoney) { return .quota }
            if says(tooLong) { return .contextLength }
            if says(filtered) { return .contentFilter }
            if SealedThinking.isRefused(words) { return .unsupported }
            // OpenAI tells what was thought only to organizations that it has verified; who asks need not know.
            if facts.parameter == "reasoning.summary", facts.code == "unsupported_value" { return .unsupported }
            return says(noModel) ? .notFound : .badRequest
        case .some(500...):
            if says(tooLong) { return .contextLength }
            return says(busy) ? .overloaded : .server
        case .some, nil:
            if says(tooLong) { return .contextLength }
            if says(noMoney), facts.retryAfter == nil { return .quota }
            if says(tooMany) { return .rateLimit }
            if says(badKey) { return .authentication }
            if says(filtered) { return .contentFilter }
            if says(busy) { return .overloaded }
            if says(noModel) { return .notFound }
            return says(["invalid_request", "bad_request", "bad request", "invalid_argument"]) ? .badRequest : .server
        }
    }

    private static let badKey = [
        "api key not valid", "api_key_invalid", "invalid api key", "invalid api-key", "incorrect api key",
        "invalid_api_key", "invalid x-api-key", "authentication_error", "invalid authentication",
        "invalid access token",
        "authentication fails", "invalid_iam_token", "api key expired", "missing api key", "no api key",
    ]
    private static let noMoney = [
        "insufficient_quota", "insufficient quota", "exceeded your current quota", "insufficient balance",
        "insufficient_balance", "insufficient credit", "insufficient_credit", "credit balance is too low",
        "payment required", "payment_required", "billing_hard_limit", "billing_not_active", "billing hard limit",
        "out of credits", "not enough credits", "requires more credits", "spending limit", "exceeded your monthly",
        "quota exhausted", "arrearage", "no credits", "credits or licenses", "reached its limit of credits",
    ]
    private static let tooLong = [
        "context_length_exceeded", "context length", "context_length", "context window", "context_window",
        "maximum context", "max context", "context size", "exceed_context_size", "too many tokens", "too_many_tokens",
        "too_many_prompt_tokens", "prompt is too long", "prompt too long", "input is too long", "input too long",
        "total length of all messages is too long", "reduce the length of", "reduce your prompt",
        "maximum prompt length", "token limit", "exceeds the maximum number of tokens", "input token count",
        "maximum number of input tokens", "max_input_tokens", "tokens exceed", "range of input length should be",
        "too large for model with", "maximum allowed input length", "inputs tokens + max_new_tokens",
        "`inputs` tokens + `max_new_tokens`",
    ]
    private static let filtered = [
        "content_filter", "content filter", "content_policy", "content policy", "content management policy",
        "responsibleaipolicyviolation", "content violates", "usage guidelines", "usage policies", "safety_check",
        "safety system", "flagged", "moderation", "data_inspection_failed", "inappropriate content",
        "prohibited_content", "blocked by", "guardrail", "content exists risk", "sensitive content",
        "unsafe or sensitive",
    ]
    private static let elsewhere = [
        "country, region", "unsupported_country", "not available in your", "location is not supported",
    ]
    private static let noModel = [
        "model_not_found", "model not found", "does not exist", "no such model", "unknown model", "invalid model",
        "invalid_model", "is not a valid model", "deploymentnotfound", "not a supported model", "unknown_model",
        "model_not_available", "is not available on this", "model_decommissioned", "has been decommissioned",
    ]
    private static let tooMany = [
        "rate limit", "rate_limit", "ratelimit", "too many requests", "too_many_requests", "resource_exhausted",
        "tokens per min", "requests per min", "throttl",
    ]
    private static let busy = [
        "overloaded", "over capacity", "at capacity", "no capacity", "server is busy", "server_busy", "unavailable",
        "currently loading", "loading model", "high demand", "service_tier_capacity_exceeded",
    ]
}

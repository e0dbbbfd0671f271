internal import ClusterState
internal import GatewayTypes
internal import JSON

extension UsageRecord {
    /// The members of a row of `/requests`: all of them always, null where nothing is known.
    func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("request_id", requestID)
        json.member("time", time: time)
        json.member("node", node)
        json.member("user", username)
        json.member("token", orNull: tokenID)
        json.member("endpoint", endpoint)
        json.member("dialect", dialect)
        json.member("route", route)
        json.member("provider", orNull: provider)
        json.member("model", orNull: model)
        json.member("stream", stream)
        json.member("status", status)
        json.member("error_code", orNull: errorCode)
        json.member("attempts", array: { array in for attempt in attempts { array.object(attempt.write) } })
        json.member("prompt_tokens", usage.promptTokens)
        json.member("completion_tokens", usage.completionTokens)
        json.member("cached_tokens", orNull: usage.cachedTokens)
        json.member("cache_write_tokens", orNull: usage.cacheWriteTokens)
        json.member("reasoning_tokens", orNull: usage.reasoningTokens)
        json.member("cost_usd", money: cost)
        json.member("duration_ms", milliseconds: duration)
        json.member("first_token_ms", milliseconds: firstToken)
        json.member("gateway_ms", milliseconds: gateway)
        json.member("estimated", estimated)
        json.member("state", state.rawValue)
        json.member("dropped_params", strings: droppedParameters)
    }
}

extension AttemptRecord {
    fileprivate func write(to json: inout JSONWriter) {
        json.member("provider", provider)
        json.member("credential", credential)
        json.member("model", model)
        json.member("status", orNull: status)
        json.member("error_code", orNull: errorCode)
        json.member("started_ms", milliseconds: started)
        json.member("first_byte_ms", milliseconds: firstByte)
        json.member("duration_ms", milliseconds: duration)
        json.member("prompt_tokens", promptTokens)
        json.member("completion_tokens", completionTokens)
        json.member("cost_usd", money: cost)
    }
}

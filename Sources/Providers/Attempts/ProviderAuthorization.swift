internal import GatewayTypes
internal import HTTPTypes

/// How each wire format's requests carry the provider's key.
enum ProviderAuthorization {
    static func headers(for candidate: Candidate, contentType: String) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserve(fields: 8, bytes: 320)
        headers.append("content-type", contentType)
        let key = candidate.credential.key
        switch candidate.wire {
        case .openAIChat, .openAIResponses, .ollamaChat, .cohereChat:
            if !key.isEmpty { headers.append("authorization", "Bearer " + key.reveal()) }
        case .anthropicMessages:
            headers.append("anthropic-version", "2023-06-01")
            if !key.isEmpty { headers.append("x-api-key", key.reveal()) }
        case .gemini:
            if !key.isEmpty { headers.append("x-goog-api-key", key.reveal()) }
        }
        for field in candidate.provider.headers { headers[field.name] = field.value }
        return headers
    }
}

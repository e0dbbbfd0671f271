internal import GatewayTypes

extension ProviderPreset {
    /// The wire formats' own makers, and this program itself.
    static let makers: [ProviderPreset] = [
        openAI,
        ProviderPreset(
            "anthropic", "https://api.anthropic.com/v1", key: "ANTHROPIC_API_KEY", wire: .anthropicMessages),
        ProviderPreset("cohere", "https://api.cohere.com/v2", key: "COHERE_API_KEY", wire: .cohereChat),
        ProviderPreset("demo", "", key: nil),
        ProviderPreset(
            "google", "https://generativelanguage.googleapis.com/v1beta", key: "GEMINI_API_KEY", wire: .gemini),
        ProviderPreset("ollama", "http://127.0.0.1:11434", key: nil, wire: .ollamaChat),
    ]

    /// Clouds that serve makers' formats at addresses of their own (`Cloud`).
    static let clouds: [ProviderPreset] = [
        ProviderPreset("azure", "https://ACCOUNT.openai.azure.com", key: "AZURE_OPENAI_API_KEY"),
        ProviderPreset(
            "bedrock", "https://bedrock-runtime.REGION.amazonaws.com", key: "AWS_BEARER_TOKEN_BEDROCK",
            wire: .bedrockConverse),
        ProviderPreset(
            "vertex", "https://REGION-aiplatform.googleapis.com/v1/projects/ACCOUNT/locations/REGION",
            key: serviceAccountVariable, wire: .gemini),
    ]
}

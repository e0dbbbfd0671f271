public import GatewayTypes

/// What a provider kind fills in when the configuration does not say: a row of data, no code.
public struct ProviderPreset: Sendable, Equatable {
    public var kind: String
    public var endpoint: String
    /// Whether the endpoint is different for each customer and has to be stated.
    public var needsEndpoint: Bool { endpoint.contains(Self.account) }

    /// Stands in an endpoint for what only the customer knows.
    public static let account = "ACCOUNT"

    /// The environment variable that holds the key when the configuration names none; `nil` where no key is wanted.
    public var keyVariable: String?
    public var wire: WireFormat

    init(_ kind: String, _ endpoint: String, key keyVariable: String?, wire: WireFormat = .openAIChat) {
        self.kind = kind
        self.endpoint = endpoint
        self.keyVariable = keyVariable
        self.wire = wire
    }

    public static let openAI = ProviderPreset("openai", "https://api.openai.com/v1", key: "OPENAI_API_KEY")

    public static func named(_ kind: String) -> ProviderPreset? { byKind[kind] }

    /// Every kind a configuration may name, in alphabetical order.
    public static var kinds: [String] { byKind.keys.sorted() }

    private static let byKind = Dictionary(uniqueKeysWithValues: all.map { ($0.kind, $0) })

    /// Endpoints as the services document them, November 2026.
    private static let all: [ProviderPreset] = [
        // The four wire formats' own makers.
        openAI,
        ProviderPreset(
            "anthropic", "https://api.anthropic.com/v1", key: "ANTHROPIC_API_KEY", wire: .anthropicMessages),
        ProviderPreset(
            "google", "https://generativelanguage.googleapis.com/v1beta", key: "GEMINI_API_KEY", wire: .gemini),
        ProviderPreset("ollama", "http://127.0.0.1:11434", key: nil, wire: .ollamaChat),
        ProviderPreset("demo", "", key: nil),
        ProviderPreset("cohere", "https://api.cohere.com/v2", key: "COHERE_API_KEY", wire: .cohereChat),
        // Services that speak OpenAI chat.
        ProviderPreset("ai21", "https://api.ai21.com/studio/v1", key: "AI21_API_KEY"),
        ProviderPreset("cerebras", "https://api.cerebras.ai/v1", key: "CEREBRAS_API_KEY"),
        ProviderPreset(
            "cloudflare", "https://api.cloudflare.com/client/v4/accounts/ACCOUNT/ai/v1", key: "CLOUDFLARE_API_TOKEN"),
        ProviderPreset("databricks", "https://ACCOUNT.cloud.databricks.com/serving-endpoints", key: "DATABRICKS_TOKEN"),
        ProviderPreset("dashscope", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", key: "DASHSCOPE_API_KEY"),
        ProviderPreset("deepinfra", "https://api.deepinfra.com/v1/openai", key: "DEEPINFRA_API_KEY"),
        ProviderPreset("deepseek", "https://api.deepseek.com/v1", key: "DEEPSEEK_API_KEY"),
        ProviderPreset("fireworks", "https://api.fireworks.ai/inference/v1", key: "FIREWORKS_API_KEY"),
        ProviderPreset("groq", "https://api.groq.com/openai/v1", key: "GROQ_API_KEY"),
        ProviderPreset("huggingface", "https://router.huggingface.co/v1", key: "HF_TOKEN"),
        ProviderPreset("hyperbolic", "https://api.hyperbolic.xyz/v1", key: "HYPERBOLIC_API_KEY"),
        ProviderPreset("jina", "https://api.jina.ai/v1", key: "JINA_API_KEY"),
        ProviderPreset("mistral", "https://api.mistral.ai/v1", key: "MISTRAL_API_KEY"),
        ProviderPreset("moonshot", "https://api.moonshot.ai/v1", key: "MOONSHOT_API_KEY"),
        ProviderPreset("nebius", "https://api.studio.nebius.com/v1", key: "NEBIUS_API_KEY"),
        ProviderPreset("novita", "https://api.novita.ai/v3/openai", key: "NOVITA_API_KEY"),
        ProviderPreset("nvidia", "https://integrate.api.nvidia.com/v1", key: "NVIDIA_API_KEY"),
        ProviderPreset("openrouter", "https://openrouter.ai/api/v1", key: "OPENROUTER_API_KEY"),
        ProviderPreset("perplexity", "https://api.perplexity.ai", key: "PERPLEXITY_API_KEY"),
        ProviderPreset("runpod", "https://api.runpod.ai/v2", key: "RUNPOD_API_KEY"),
        ProviderPreset("sambanova", "https://api.sambanova.ai/v1", key: "SAMBANOVA_API_KEY"),
        ProviderPreset("siliconflow", "https://api.siliconflow.com/v1", key: "SILICONFLOW_API_KEY"),
        ProviderPreset("snowflake", "https://ACCOUNT.snowflakecomputing.com/api/v2/cortex/v1", key: "SNOWFLAKE_TOKEN"),
        ProviderPreset("together", "https://api.together.xyz/v1", key: "TOGETHER_API_KEY"),
        ProviderPreset("venice", "https://api.venice.ai/api/v1", key: "VENICE_API_KEY"),
        ProviderPreset("vercel-gateway", "https://ai-gateway.vercel.sh/v1", key: "AI_GATEWAY_API_KEY"),
        ProviderPreset("voyage", "https://api.voyageai.com/v1", key: "VOYAGE_API_KEY"),
        ProviderPreset("writer", "https://api.writer.com/v1", key: "WRITER_API_KEY"),
        ProviderPreset("xai", "https://api.x.ai/v1", key: "XAI_API_KEY"),
        ProviderPreset("zai", "https://api.z.ai/api/paas/v4", key: "ZAI_API_KEY"),
        // Servers on one's own machine.
        ProviderPreset("llamacpp", "http://127.0.0.1:8080/v1", key: nil),
        ProviderPreset("llamafile", "http://127.0.0.1:8080/v1", key: nil),
        ProviderPreset("lm_studio", "http://127.0.0.1:1234/v1", key: nil),
        ProviderPreset("tgi", "http://127.0.0.1:3000/v1", key: nil),
        ProviderPreset("vllm", "http://127.0.0.1:8000/v1", key: nil),
    ]
}

internal import GatewayTypes

extension ProviderPreset {
    /// Services that speak OpenAI chat, A to M.
    static let services: [ProviderPreset] = [
        ProviderPreset("ai21", "https://api.ai21.com/studio/v1", key: "AI21_API_KEY"),
        ProviderPreset("arcee", "https://api.arcee.ai/api/v1", key: "ARCEE_API_KEY"),
        ProviderPreset("baseten", "https://inference.baseten.co/v1", key: "BASETEN_API_KEY"),
        ProviderPreset("bigmodel", "https://open.bigmodel.cn/api/paas/v4", key: "ZHIPU_API_KEY"),
        ProviderPreset("cerebras", "https://api.cerebras.ai/v1", key: "CEREBRAS_API_KEY"),
        ProviderPreset("chutes", "https://llm.chutes.ai/v1", key: "CHUTES_API_KEY"),
        ProviderPreset(
            "cloudflare", "https://api.cloudflare.com/client/v4/accounts/ACCOUNT/ai/v1", key: "CLOUDFLARE_API_TOKEN"),
        ProviderPreset(
            "crusoe", "https://managed-inference-api-proxy.crusoecloud.com/v1", key: "CRUSOE_API_KEY"),
        ProviderPreset("dashscope", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", key: "DASHSCOPE_API_KEY"),
        ProviderPreset("dashscope-cn", "https://dashscope.aliyuncs.com/compatible-mode/v1", key: "DASHSCOPE_API_KEY"),
        ProviderPreset("databricks", "https://ACCOUNT.cloud.databricks.com/serving-endpoints", key: "DATABRICKS_TOKEN"),
        ProviderPreset("deepinfra", "https://api.deepinfra.com/v1/openai", key: "DEEPINFRA_API_KEY"),
        ProviderPreset("deepseek", "https://api.deepseek.com/v1", key: "DEEPSEEK_API_KEY"),
        ProviderPreset("digitalocean", "https://inference.do-ai.run/v1", key: "DIGITALOCEAN_INFERENCE_KEY"),
        ProviderPreset("featherless", "https://api.featherless.ai/v1", key: "FEATHERLESS_API_KEY"),
        ProviderPreset("fireworks", "https://api.fireworks.ai/inference/v1", key: "FIREWORKS_API_KEY"),
        ProviderPreset("friendli", "https://api.friendli.ai/serverless/v1", key: "FRIENDLI_TOKEN"),
        ProviderPreset("gmi", "https://api.gmi-serving.com/v1", key: "GMI_API_KEY"),
        ProviderPreset("groq", "https://api.groq.com/openai/v1", key: "GROQ_API_KEY"),
        ProviderPreset("hunyuan", "https://api.hunyuan.cloud.tencent.com/v1", key: "HUNYUAN_API_KEY"),
        ProviderPreset("hyperbolic", "https://api.hyperbolic.xyz/v1", key: "HYPERBOLIC_API_KEY"),
        ProviderPreset("inception", "https://api.inceptionlabs.ai/v1", key: "INCEPTION_API_KEY"),
        ProviderPreset("inference-net", "https://api.inference.net/v1", key: "INFERENCE_API_KEY"),
        ProviderPreset("infomaniak", "https://api.infomaniak.com/2/ai/ACCOUNT/openai/v1", key: "INFOMANIAK_API_TOKEN"),
        ProviderPreset("ionos", "https://openai.inference.de-txl.ionos.com/v1", key: "IONOS_API_TOKEN"),
        ProviderPreset("jina", "https://api.jina.ai/v1", key: "JINA_API_KEY"),
        ProviderPreset("meta-llama", "https://api.llama.com/compat/v1", key: "LLAMA_API_KEY"),
        ProviderPreset("minimax", "https://api.minimax.io/v1", key: "MINIMAX_API_KEY"),
        ProviderPreset("mistral", "https://api.mistral.ai/v1", key: "MISTRAL_API_KEY"),
        ProviderPreset("modelscope", "https://api-inference.modelscope.cn/v1", key: "MODELSCOPE_API_KEY"),
        ProviderPreset("moonshot", "https://api.moonshot.ai/v1", key: "MOONSHOT_API_KEY"),
        ProviderPreset("moonshot-cn", "https://api.moonshot.cn/v1", key: "MOONSHOT_API_KEY"),
        ProviderPreset("morph", "https://api.morphllm.com/v1", key: "MORPH_API_KEY"),
    ]
}

internal import GatewayTypes

extension ProviderPreset {
    /// Services that speak OpenAI chat, N to Z.
    static let moreServices: [ProviderPreset] = [
        ProviderPreset("nebius", "https://api.studio.nebius.com/v1", key: "NEBIUS_API_KEY"),
        ProviderPreset("novita", "https://api.novita.ai/v3/openai", key: "NOVITA_API_KEY"),
        ProviderPreset("nscale", "https://inference.api.nscale.com/v1", key: "NSCALE_SERVICE_TOKEN"),
        ProviderPreset("nvidia", "https://integrate.api.nvidia.com/v1", key: "NVIDIA_API_KEY"),
        ProviderPreset(
            "ovhcloud", "https://oai.endpoints.kepler.ai.cloud.ovh.net/v1", key: "OVH_AI_ENDPOINTS_ACCESS_TOKEN"),
        ProviderPreset("parasail", "https://api.parasail.io/v1", key: "PARASAIL_API_KEY"),
        ProviderPreset("perplexity", "https://api.perplexity.ai", key: "PERPLEXITY_API_KEY"),
        ProviderPreset("publicai", "https://api.publicai.co/v1", key: "PUBLICAI_API_KEY"),
        ProviderPreset("qianfan", "https://qianfan.baidubce.com/v2", key: "QIANFAN_API_KEY"),
        ProviderPreset("runpod", "https://api.runpod.ai/v2", key: "RUNPOD_API_KEY"),
        ProviderPreset("sambanova", "https://api.sambanova.ai/v1", key: "SAMBANOVA_API_KEY"),
        ProviderPreset("sarvam", "https://api.sarvam.ai/v1", key: "SARVAM_API_KEY"),
        ProviderPreset("scaleway", "https://api.scaleway.ai/v1", key: "SCW_SECRET_KEY"),
        ProviderPreset("siliconflow", "https://api.siliconflow.com/v1", key: "SILICONFLOW_API_KEY"),
        ProviderPreset("siliconflow-cn", "https://api.siliconflow.cn/v1", key: "SILICONFLOW_API_KEY"),
        ProviderPreset("snowflake", "https://ACCOUNT.snowflakecomputing.com/api/v2/cortex/v1", key: "SNOWFLAKE_TOKEN"),
        ProviderPreset("stepfun", "https://api.stepfun.com/v1", key: "STEPFUN_API_KEY"),
        ProviderPreset("synthetic", "https://api.synthetic.new/openai/v1", key: "SYNTHETIC_API_KEY"),
        ProviderPreset("together", "https://api.together.xyz/v1", key: "TOGETHER_API_KEY"),
        ProviderPreset("upstage", "https://api.upstage.ai/v1", key: "UPSTAGE_API_KEY"),
        ProviderPreset("venice", "https://api.venice.ai/api/v1", key: "VENICE_API_KEY"),
        ProviderPreset("volcengine", "https://ark.cn-beijing.volces.com/api/v3", key: "ARK_API_KEY"),
        ProviderPreset("voyage", "https://api.voyageai.com/v1", key: "VOYAGE_API_KEY"),
        ProviderPreset("wandb", "https://api.inference.wandb.ai/v1", key: "WANDB_API_KEY"),
        ProviderPreset("writer", "https://api.writer.com/v1", key: "WRITER_API_KEY"),
        ProviderPreset("xai", "https://api.x.ai/v1", key: "XAI_API_KEY"),
        ProviderPreset("xiaomi", "https://api.xiaomimimo.com/v1", key: "XIAOMI_API_KEY"),
        ProviderPreset("zai", "https://api.z.ai/api/paas/v4", key: "ZAI_API_KEY"),
    ]

    /// Gateways to others' models that speak OpenAI chat.
    static let routers: [ProviderPreset] = [
        ProviderPreset("aihubmix", "https://aihubmix.com/v1", key: "AIHUBMIX_API_KEY"),
        ProviderPreset("aimlapi", "https://api.aimlapi.com/v1", key: "AIML_API_KEY"),
        ProviderPreset("github", "https://models.github.ai/inference", key: "GITHUB_TOKEN"),
        ProviderPreset("helicone", "https://ai-gateway.helicone.ai/v1", key: "HELICONE_API_KEY"),
        ProviderPreset("huggingface", "https://router.huggingface.co/v1", key: "HF_TOKEN"),
        ProviderPreset("nano-gpt", "https://nano-gpt.com/api/v1", key: "NANOGPT_API_KEY"),
        ProviderPreset("openrouter", "https://openrouter.ai/api/v1", key: "OPENROUTER_API_KEY"),
        ProviderPreset("poe", "https://api.poe.com/v1", key: "POE_API_KEY"),
        ProviderPreset("requesty", "https://router.requesty.ai/v1", key: "REQUESTY_API_KEY"),
        ProviderPreset("vercel-gateway", "https://ai-gateway.vercel.sh/v1", key: "AI_GATEWAY_API_KEY"),
    ]
}

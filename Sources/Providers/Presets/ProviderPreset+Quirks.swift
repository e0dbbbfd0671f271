internal import GatewayTypes
internal import WireFormats

/// How services that speak OpenAI chat depart from it, by their documentation and by what they were seen to refuse,
/// November 2026. A kind without a row takes what OpenAI takes.
///
/// `developer` is OpenAI's new word for `system`: where it is refused (400 or 422) or is not documented, its turns go as
/// `system`, which means the same. `max_completion_tokens` is OpenAI's new word for `max_tokens`: where only the old one is
/// documented, the new one would be refused or leave an answer without its limit.
extension ProviderPreset {
    /// The quirks of a configured provider. `openai` with an endpoint of its own is any compatible service, of which nothing
    /// is known.
    static func quirks(of provider: ProviderConfiguration) -> ChatQuirks {
        guard provider.kind != openAI.kind else {
            return provider.endpoint == openAI.endpoint ? newModels : ChatQuirks()
        }
        if provider.kind == "azure", let version = provider.apiVersion, version < azuresNewWords {
            return azuresOldWords
        }
        return rows[provider.kind] ?? ChatQuirks()
    }

    /// OpenAI's reasoning models refuse `max_tokens`; the older ones take the new name too.
    private static let newModels = ChatQuirks { $0.lengthField = .maxCompletionTokens }

    /// Azure's reasoning deployments refuse `max_tokens`; from this version on its API takes the new name for all.
    private static let azuresNewWords = "2024-09-01"

    /// "Unrecognized request argument supplied: stream_options".
    private static let azuresOldWords = ChatQuirks {
        $0.hasDeveloperRole = false
        $0.lengthField = .maxTokens
        $0.takesStreamOptions = false
    }

    private static let systemOnly = ChatQuirks { $0.hasDeveloperRole = false }

    /// Open models' servers sample as their libraries do.
    private static let systemOnlyTopK = ChatQuirks {
        $0.hasDeveloperRole = false
        $0.takesTopK = true
    }

    private static let oldWordsTopK = ChatQuirks {
        $0.hasDeveloperRole = false
        $0.lengthField = .maxTokens
        $0.takesTopK = true
    }

    private static let oldWords = ChatQuirks {
        $0.hasDeveloperRole = false
        $0.lengthField = .maxTokens
    }

    private static let rows: [String: ChatQuirks] = [
        // 422 `extra_forbidden` for whatever it does not know; usage comes in the last chunk unasked.
        "mistral": ChatQuirks {
            $0.hasDeveloperRole = false
            $0.lengthField = .maxTokens
            $0.seedField = "random_seed"
            $0.dimensionsField = "output_dimension"
            $0.takesNames = false
            $0.takesReasoning = false
            $0.takesStreamOptions = false
            $0.refusedFields = [
                "logit_bias", "metadata", "prompt_cache_key", "service_tier", "store", "top_k", "user", "verbosity",
            ]
        },
        // Embeddings and rankings only.
        "voyage": ChatQuirks { $0.dimensionsField = "output_dimension" },
        // "The following fields ... will result in a 400 error"; so does a name in a message.
        "groq": ChatQuirks {
            $0.hasDeveloperRole = false
            $0.takesNames = false
            $0.refusedFields = ["logit_bias", "logprobs", "top_logprobs"]
        },
        "cerebras": ChatQuirks {
            $0.hasDeveloperRole = false
            $0.refusedFields = [
                "frequency_penalty", "logit_bias", "parallel_tool_calls", "presence_penalty", "service_tier",
            ]
        },
        "azure": newModels,
        // No finish reason in a stream, as recorded.
        "snowflake": ChatQuirks {
            $0.hasDeveloperRole = false
            $0.endsWithoutReason = true
        },
        // Routes to Anthropic's and Google's models, too, and passes on what they alone know.
        "openrouter": ChatQuirks {
            $0.takesCacheMarks = true
            $0.takesTopK = true
        },
        // "unknown variant `developer`, expected one of `system`, `user`, `assistant`, `tool`".
        "deepseek": oldWords,
        // "developer is not one of ['system', 'assistant', 'user', 'tool', 'function']".
        "dashscope": oldWords,
        // 422: "Input should be 'system', 'user', 'assistant', or 'tool'".
        "deepinfra": oldWordsTopK,
        // "[1214] Incorrect role information".
        "zai": oldWords,
        "bigmodel": oldWords,
        "dashscope-cn": oldWords,
        // Documented with `max_tokens` alone.
        "ai21": oldWords, "arcee": oldWords, "chutes": oldWordsTopK, "crusoe": oldWords, "featherless": oldWordsTopK,
        "hyperbolic": oldWordsTopK, "inception": oldWords, "infomaniak": oldWords, "ionos": oldWords,
        "meta-llama": systemOnly, "minimax": oldWords, "modelscope": oldWords, "morph": oldWords, "nano-gpt": oldWords,
        "novita": oldWordsTopK, "nscale": oldWordsTopK, "ovhcloud": oldWords, "parasail": oldWordsTopK,
        "perplexity": oldWordsTopK,
        "poe": oldWords, "publicai": oldWords, "qianfan": oldWords, "sarvam": oldWords, "scaleway": systemOnly,
        "siliconflow": oldWordsTopK, "siliconflow-cn": oldWordsTopK, "stepfun": oldWords, "synthetic": oldWordsTopK,
        "together": oldWordsTopK, "upstage": oldWords, "volcengine": oldWords, "wandb": oldWords, "writer": oldWords,
        "xiaomi": systemOnly,
        "baseten": systemOnly, "cloudflare": systemOnly, "databricks": systemOnly, "digitalocean": systemOnly,
        "fireworks": systemOnlyTopK, "friendli": systemOnlyTopK, "gmi": systemOnly, "huggingface": systemOnly,
        "hunyuan": systemOnly, "inference-net": systemOnly, "moonshot": systemOnly, "moonshot-cn": systemOnly,
        "nebius": systemOnly, "nvidia": systemOnly, "runpod": systemOnly,
        "sambanova": systemOnly, "venice": systemOnly,
        // Open models' chat templates know no `developer`.
        "docker": systemOnlyTopK, "jan": oldWordsTopK, "koboldcpp": oldWordsTopK, "lemonade": oldWords,
        "llamacpp": systemOnlyTopK,
        "llamafile": oldWordsTopK, "lm_studio": oldWordsTopK, "localai": oldWordsTopK, "mlx": oldWords,
        "sglang": systemOnlyTopK,
        "tgi": oldWords, "vllm": systemOnlyTopK,
    ]
}

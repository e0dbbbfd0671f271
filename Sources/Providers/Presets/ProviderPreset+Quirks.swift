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
        return rows[provider.kind] ?? ChatQuirks()
    }

    /// OpenAI's reasoning models refuse `max_tokens`; the older ones take the new name too.
    private static let newModels = ChatQuirks { $0.lengthField = .maxCompletionTokens }

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
            $0.takesNames = false
            $0.takesReasoning = false
            $0.takesStreamOptions = false
            $0.refusedFields = [
                "logit_bias", "metadata", "prompt_cache_key", "service_tier", "store", "top_k", "user", "verbosity",
            ]
        },
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
        "ai21": oldWords, "hyperbolic": oldWordsTopK, "novita": oldWordsTopK, "perplexity": oldWordsTopK,
        "siliconflow": oldWordsTopK, "together": oldWordsTopK, "writer": oldWords,
        "cloudflare": systemOnly, "databricks": systemOnly, "fireworks": systemOnlyTopK, "huggingface": systemOnly,
        "moonshot": systemOnly, "nebius": systemOnly, "nvidia": systemOnly, "runpod": systemOnly,
        "sambanova": systemOnly, "venice": systemOnly,
        // Open models' chat templates know no `developer`.
        "llamacpp": systemOnlyTopK, "llamafile": oldWordsTopK, "lm_studio": oldWordsTopK, "tgi": oldWords,
        "vllm": systemOnlyTopK,
    ]
}

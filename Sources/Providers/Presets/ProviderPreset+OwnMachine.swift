internal import GatewayTypes

extension ProviderPreset {
    /// Servers on one's own machine that speak OpenAI chat, at the ports they choose for themselves.
    static let ownMachine: [ProviderPreset] = [
        ProviderPreset("docker", "http://127.0.0.1:12434/engines/v1", key: nil),
        ProviderPreset("jan", "http://127.0.0.1:1337/v1", key: nil),
        ProviderPreset("koboldcpp", "http://127.0.0.1:5001/v1", key: nil),
        ProviderPreset("lemonade", "http://127.0.0.1:8000/api/v1", key: nil),
        ProviderPreset("litellm", "http://127.0.0.1:4000/v1", key: nil),
        ProviderPreset("llamacpp", "http://127.0.0.1:8080/v1", key: nil),
        ProviderPreset("llamafile", "http://127.0.0.1:8080/v1", key: nil),
        ProviderPreset("lm_studio", "http://127.0.0.1:1234/v1", key: nil),
        ProviderPreset("localai", "http://127.0.0.1:8080/v1", key: nil),
        ProviderPreset("mlx", "http://127.0.0.1:8080/v1", key: nil),
        ProviderPreset("sglang", "http://127.0.0.1:30000/v1", key: nil),
        ProviderPreset("tgi", "http://127.0.0.1:3000/v1", key: nil),
        ProviderPreset("vllm", "http://127.0.0.1:8000/v1", key: nil),
    ]
}

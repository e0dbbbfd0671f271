internal import GatewayTypes
internal import JSON
internal import Providers

extension ConfigurationReader {
    func provider(_ id: String, _ section: ConfigurationSection) -> ProviderConfiguration? {
        let preset = preset(of: id, section)
        if preset.kind == "demo" {
            section.close()
            var demo = ProviderConfiguration.demo
            demo.id = id
            return demo
        }
        let wire = wire(section) ?? preset.wire
        let stated = section.string("endpoint")
        let endpoint = endpoint(stated, preset, wire, section)
        var provider = ProviderConfiguration(id: id, kind: preset.kind, endpoint: endpoint, wire: wire)
        provider.credentials = credentials(section, preset, hasOwnEndpoint: stated != nil)
        provider.models = models(section)
        readCloud(section, of: &provider, hasOwnEndpoint: stated != nil)
        provider.endpoint = cloudEndpoint(preset, of: provider)
        if provider.endpoint.contains(ProviderPreset.account), preset.needsEndpoint {
            section.error("endpoint", "must be stated with what is your own in it: \(preset.endpoint)")
        }
        provider.isEnabled = section.bool("enabled") ?? true
        provider.timeouts = routeSettings(section)
        for member in section.value("headers")?.members ?? [] {
            guard let value = member.value.string, Self.isHeader(member.key, value) else {
                section.error("headers", "\"\(member.key)\" is no header field with a text value")
                continue
            }
            provider.headers.append(HeaderField(name: member.key, value: value))
        }
        section.notServedYet("name", "rate_limit", "notifyerrors")
        section.close()
        return provider
    }

    func rotation(
        _ name: String, _ section: ConfigurationSection, _ providers: [ProviderConfiguration]
    ) -> RotationConfiguration {
        var members: [RotationConfiguration.Member] = []
        for entry in section.list("providers") {
            let id = entry.string("provider_id") ?? ""
            let weight = entry.number("weight") ?? 1
            guard let provider = providers.first(where: { $0.id == id }) else {
                entry.error("provider_id", "\"\(id)\" is not one of the configured providers")
                continue
            }
            let named = entry.list("models")
            for model in named {
                let modelName = model.string("name") ?? ""
                if modelName.isEmpty { model.error("name", "is required") }
                if !provider.models.isEmpty, !provider.models.contains(where: { $0.name == modelName }) {
                    model.error("name", "provider \"\(id)\" does not list a model \"\(modelName)\"")
                }
                members.append(.init(provider: id, model: modelName, weight: model.number("weight") ?? weight))
                model.notServedYet("rate_limit")
                model.close()
            }
            if named.isEmpty {
                members += provider.models.map { .init(provider: id, model: $0.name, weight: weight) }
            }
            entry.close()
        }
        if members.isEmpty { section.error("providers", "names no model") }
        var rotation = RotationConfiguration(
            name: name, members: members, strategy: section.choice("strategy") ?? .weighted)
        rotation.settings = routeSettings(section)
        section.notServedYet("notifyerrors", "notify_on_failover", "name", "model_name")
        section.close()
        return rotation
    }

    /// The kind as stated; without one the provider's own name if it is a kind, else OpenAI's, which most services speak.
    private func preset(of id: String, _ section: ConfigurationSection) -> ProviderPreset {
        let stated = section.string("type")
        if let preset = ProviderPreset.named(stated ?? id) { return preset }
        if stated != nil || section.node["endpoint"] == nil {
            section.error(
                "type",
                "\"\(stated ?? id)\" is not a kind of provider; known: \(ProviderPreset.kinds.joined(separator: ", "))")
        }
        return .openAI
    }

    private func routeSettings(_ section: ConfigurationSection) -> RouteSettings {
        var settings = RouteSettings()
        settings.connectTimeout = section.seconds("connect_timeout")
        settings.firstTokenTimeout = section.seconds("first_token_timeout")
        settings.idleTimeout = section.seconds("idle_timeout")
        settings.totalTimeout = section.seconds("total_timeout")
        settings.maxAttempts = section.int("max_attempts", atLeast: 1)
        settings.maxRetryWait = section.seconds("max_retry_wait")
        settings.defaultErrorCooldown = section.seconds("default_error_cooldown")
        if let word = section.string("on_stream_failure"), word != "error" {
            section.error("on_stream_failure", "this version serves \"error\" only")
        }
        return settings
    }

    private func models(_ section: ConfigurationSection) -> [ModelConfiguration] {
        section.list("models").compactMap { entry in
            guard let name = entry.string("name"), !name.isEmpty else {
                entry.error("name", "is required")
                return nil
            }
            var model = ModelConfiguration(name: name)
            model.contextLength = entry.int("context_length", atLeast: 1)
            model.maxTokens = entry.int("max_tokens", atLeast: 1)
            model.capabilities = entry.strings("capabilities").map(Set.init)
            model.wire = wire(entry)
            if let pricing = entry.section("pricing") { model.pricing = self.pricing(pricing) }
            entry.notServedYet("rate_limit", "supports_prefill", "weight", "description")
            entry.close()
            return model
        }
    }

    private func pricing(_ section: ConfigurationSection) -> Pricing? {
        defer { section.close() }
        let (prompt, completion) = (section.usd("prompt"), section.usd("completion"))
        let (image, minute) = (section.usd("image"), section.usd("audio_minute"))
        guard prompt != nil && completion != nil || (image ?? minute) != nil && prompt == nil && completion == nil
        else {
            section.error("needs prompt and completion, in USD per million tokens, or image or audio_minute, in USD")
            return nil
        }
        var pricing = Pricing(prompt: prompt ?? .zero, completion: completion ?? .zero)
        pricing.cacheRead = section.usd("input_cache_read")
        pricing.cacheWrite = section.usd("input_cache_write")
        pricing.image = image
        pricing.audioMinute = minute
        return pricing
    }

    // MARK: - Endpoint and keys

    /// The stated endpoint without a slash at the end; a bare host gets the path its kind usually has.
    private func endpoint(
        _ stated: String?, _ preset: ProviderPreset, _ wire: WireFormat, _ section: ConfigurationSection
    ) -> String {
        guard var endpoint = stated else { return preset.endpoint }
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        guard let host = Self.hostPart(endpoint) else {
            section.error(
                "endpoint", "must be a URL that starts with http:// or https:// and has no user, query or fragment")
            return endpoint
        }
        guard host == endpoint, !preset.isCloud else { return endpoint }
        if wire == preset.wire, let usual = Self.hostPart(preset.endpoint) {
            return endpoint + preset.endpoint.dropFirst(usual.count)
        }
        switch wire {
        case .openAIChat, .openAICompletions, .openAIResponses, .anthropicMessages: return endpoint + "/v1"
        case .gemini: return endpoint + "/v1beta"
        case .cohereChat: return endpoint + "/v2"
        case .ollamaChat, .bedrockConverse: return endpoint
        }
    }

    /// `https://host:port` of a URL.
    private static func hostPart(_ url: String) -> Substring? {
        for scheme in ["http://", "https://"] where url.lowercased().hasPrefix(scheme) {
            let rest = url.dropFirst(scheme.count)
            let host = rest.prefix { $0 != "/" }
            let clean = rest.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !rest.contains { "?#@".contains($0) }
            return host.isEmpty || !clean ? nil : url.prefix(scheme.count + host.count)
        }
        return nil
    }

    private func credentials(
        _ section: ConfigurationSection, _ preset: ProviderPreset, hasOwnEndpoint: Bool
    ) -> [Credential] {
        var credentials: [Credential] = []
        if let stated = section.string("api_key"), let key = secret(stated, "api_key", section, kind: preset.kind) {
            credentials.append(Credential(id: "default", key: key))
        }
        for (index, entry) in section.list("credentials").enumerated() {
            guard let stated = entry.string("api_key") else {
                entry.error("api_key", "is required")
                continue
            }
            let id = entry.string("id") ?? "key-\(index + 1)"
            if let key = secret(stated, "api_key", entry, kind: preset.kind) {
                credentials.append(Credential(id: id, key: key, weight: entry.number("weight") ?? 1))
            }
            entry.close()
        }
        if Set(credentials.map(\.id)).count < credentials.count {
            section.error("credentials", "each needs an id of its own")
        }
        guard credentials.isEmpty, section.node["api_key"] == nil, let variable = preset.keyVariable else {
            return credentials
        }
        if let value = environment(variable), !value.isEmpty {
            let stated = preset.keyVariableNamesFile ? "file:\(value)" : "env:\(variable)"
            return secret(stated, "api_key", section, kind: preset.kind).map { [Credential(id: "default", key: $0)] }
                ?? []
        }
        if wantsKeys, !hasOwnEndpoint { section.error("api_key", "is required, or set \(variable) in the environment") }
        return []
    }

    /// A key as stated: the value itself, `env:NAME` or `file:PATH`.
    private func secret(
        _ stated: String, _ key: String, _ section: ConfigurationSection, kind: String
    ) -> CredentialKey? {
        var value = stated
        if stated.hasPrefix("env:") {
            let name = String(stated.dropFirst(4))
            guard let found = environment(name), !found.isEmpty else {
                section.error(key, "the environment variable \(name) is not set")
                return nil
            }
            value = found
        } else if stated.hasPrefix("file:") {
            let path = String(stated.dropFirst(5))
            guard let bytes = file(path) else {
                section.error(key, "the file \(path) cannot be read")
                return nil
            }
            value = String(decoding: bytes, as: UTF8.self)
            while let last = value.last, last.isWhitespace { value.removeLast() }
        }
        // A key that is JSON has line breaks between its members only: those inside of its texts are escaped.
        if value.hasPrefix("{") { value = String(decoding: value.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self) }
        guard Self.isHeader("x", value) else {
            section.error(key, "holds bytes that cannot stand in a header")
            return nil
        }
        if let fault = fault(of: CredentialKey(value), kind: kind) {
            section.error(key, fault)
            return nil
        }
        return CredentialKey(value)
    }

    static func isHeader(_ name: String, _ value: String) -> Bool {
        let token = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        return token && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

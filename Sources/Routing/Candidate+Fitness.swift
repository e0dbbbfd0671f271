internal import GatewayTypes

extension Candidate {
    /// Whether the model can take the request. What its configuration does not state excludes nothing.
    func canTake(_ needs: RequestNeeds) -> Bool {
        guard canBeAsked(needs) else { return false }
        if let capabilities = model.capabilities {
            if needs.tools, !capabilities.contains("tools") { return false }
            if needs.vision, !capabilities.contains("vision") { return false }
            if needs.audio, !capabilities.contains("audio") { return false }
            if needs.jsonSchema, !capabilities.contains("json_schema") { return false }
        }
        if let contextLength = model.contextLength, needs.promptTokens > contextLength { return false }
        return true
    }

    /// Whether the provider's format has words for the request.
    func canBeAsked(_ needs: RequestNeeds) -> Bool {
        guard wire.can(needs.operation), needs.wires?.contains(wire) ?? true else { return false }
        return needs.only.map { $0.wire == wire } ?? true
    }

    /// How long until everything that covers this candidate is awake; `nil` when all is.
    func rest(_ restsFor: (CooldownKey) -> Duration?) -> Duration? {
        var longest: Duration?
        for scope in CooldownScope.allCases {
            if let rest = restsFor(cooldownKey(scope)) { longest = max(longest ?? rest, rest) }
        }
        return longest
    }
}

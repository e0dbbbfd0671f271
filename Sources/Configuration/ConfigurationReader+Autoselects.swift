internal import GatewayTypes
internal import JSON

extension ConfigurationReader {
    /// - Parameter known: providers and rotations that its names may mean.
    func autoselect(
        _ name: String, _ section: ConfigurationSection, among known: GatewayConfiguration
    ) -> AutoselectConfiguration {
        func route(_ key: String, in entry: ConfigurationSection) -> String {
            guard let route = entry.string(key), !route.isEmpty else {
                if entry.node[key] == nil { entry.error(key, "is required") }
                return ""
            }
            if !known.offers(route) { entry.error(key, "\"\(route)\" is no rotation and no model of a provider") }
            return route
        }
        let choices = section.list("available_models").map { entry in
            defer { entry.close() }
            return AutoselectConfiguration.Choice(
                model: route("model_id", in: entry), description: entry.string("description") ?? "",
                priority: entry.int("priority") ?? 0)
        }
        if choices.isEmpty { section.error("available_models", "names no model") }
        let selection = section.string("selection_model") ?? "internal"
        if selection != "internal", !known.offers(selection) {
            section.error("selection_model", "\"\(selection)\" is neither \"internal\" nor the name of a model")
        }
        let autoselect = AutoselectConfiguration(
            name: name, choices: choices, selectionModel: selection, fallback: route("fallback", in: section))
        section.notServedYet("name", "description")
        section.close()
        return autoselect
    }
}

extension GatewayConfiguration {
    /// Whether a name leads to a rotation, or to a model that a provider lists or may have.
    func offers(_ name: String) -> Bool {
        for prefix in ["rotation/", "rotations/"] where name.hasPrefix(prefix) {
            return rotations.contains { $0.name == name.dropFirst(prefix.count) }
        }
        if let slash = name.firstIndex(of: "/"), let provider = providers.first(where: { $0.id == name[..<slash] }) {
            let model = name[name.index(after: slash)...]
            return provider.models.isEmpty ? !model.isEmpty : provider.models.contains { $0.name == model }
        }
        return rotations.contains { $0.name == name }
            || providers.contains { $0.models.contains { $0.name == name } }
    }
}

internal import ClusterState
internal import Configuration
internal import JSON

/// `/settings`: what may be set for all nodes while they run. What the configuration file states is read-only.
extension AdminAPI {
    func listSettings(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let limit = try request.query.limit()
        let after = request.query["after"] ?? ""
        let stored = try await stored()
        let rest = RuntimeSetting.allCases.map { shown($0, stored) }.filter { $0.id > after }
        let next = rest.count > limit ? rest[limit - 1].id : nil
        return .list(rest.prefix(limit), next: next) { $0.write(to: &$1) }
    }

    func showSetting(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let row = shown(try Self.setting(request), try await stored())
        return .object(row)
    }

    /// PUT and PATCH are the same here: a setting has one field.
    func putSetting(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let setting = try Self.setting(request)
        try refuseManaged(.setting, setting.rawValue)
        let fields = try await request.tree().ownFields(of: setting.rawValue)
        for (field, _) in fields.members where field != "value" && field != "default" {
            throw .invalid([FieldFault(field: field, message: "is not a field of this resource")])
        }
        guard let value = fields["value"], value != .null else {
            throw .invalid([FieldFault(field: "value", message: "is missing; DELETE goes back to the default")])
        }
        let (edit, match) = (ConfigurationEdit(composer: configuration.composer), IfMatch(request))
        let stored = try await self.edit { stored in
            let old = stored
            let before = stored.object(.setting, setting.rawValue)
            if let problem = match?.refusal(of: before?.version) { return .failure(problem) }
            stored.put(.setting, setting.rawValue, ["value": value])
            let problem = edit.refusal(of: .setting, setting.rawValue, from: old, to: stored) { _ in "value" }
            if let problem { return .failure(problem) }
            return .success(
                ObjectChange(
                    before == nil ? .create : .update, .setting, setting.rawValue, before: before?.body,
                    after: ["value": value]))
        }
        return .object(shown(setting, stored))
    }

    /// Back to the default.
    func deleteSetting(_ request: AdminRequest) async throws(Problem) -> AdminAnswer {
        let id = try Self.setting(request).rawValue
        try refuseManaged(.setting, id)
        try await edit { stored in
            guard let before = stored.object(.setting, id) else {
                return .failure(.notFound("The setting '\(id)' is not set: its default counts."))
            }
            stored.remove(.setting, id)
            return .success(ObjectChange(.delete, .setting, id, before: before.body, after: nil))
        }
        return .nothing
    }

    private static func setting(_ request: AdminRequest) throws(Problem) -> RuntimeSetting {
        guard let setting = RuntimeSetting(rawValue: request.names[0]) else {
            let names = RuntimeSetting.allCases.map(\.rawValue).joined(separator: ", ")
            throw .notFound("There is no such setting; there are \(names).")
        }
        return setting
    }

    private func shown(_ setting: RuntimeSetting, _ stored: StoredObjects) -> ShownObject {
        let id = setting.rawValue
        let file = configuration.file
        let fields = { (value: JSONTree) -> JSONTree in ["value": value, "default": setting.usual] }
        if let value = file.object(.setting, id) {
            return ShownObject(.setting, id, fields(value), .file, file)
        }
        guard let object = stored.object(.setting, id) else {
            return ShownObject(.setting, id, fields(setting.usual), .program, file)
        }
        var row = ShownObject(object, in: stored)
        row.fields = fields(object.body["value"] ?? .null)
        return row
    }
}

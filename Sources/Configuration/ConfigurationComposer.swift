public import ClusterState
public import GatewayTypes
internal import JSON

/// Reads stored objects with the reader of the configuration file and puts them behind what the file says. Pure.
public struct ConfigurationComposer: Sendable {
    public typealias OpenKey = @Sendable (StoredCredential) -> CredentialKey?

    public let file: FileConfiguration
    private let openKey: OpenKey
    private let reader: ConfigurationReader

    /// - Parameter openKey: `nil` for a key that cannot be opened.
    public init(file: FileConfiguration, openKey: @escaping OpenKey) {
        self.file = file
        self.openKey = openKey
        reader = ConfigurationReader.ofStore
    }

    /// - Parameter last: what was in force before: a faulty object stays as it is there, or is left out.
    public func compose(_ stored: StoredObjects, after last: GatewayConfiguration? = nil) -> Composition {
        var result = Composition(configuration: file.configuration)
        for object in used(.provider, of: stored, &result) {
            let provider = read(object, &result) { section in
                StoredRules.check(provider: object.body, section)
                var provider = reader.provider(object.id, section)
                provider?.credentials = credentials(of: object.id, stored, section)
                return provider
            }
            let kept = last?.providers.first { $0.id == object.id }
            if let provider = provider ?? kept { result.configuration.providers.append(provider) }
        }
        for object in used(.rotation, of: stored, &result) {
            let rotation = read(object, &result) { [configuration = result.configuration] section in
                reader.rotation(object.id, section, configuration.providers)
            }
            let kept = last?.rotations.first { $0.name == object.id }
            if let rotation = rotation ?? kept { result.configuration.rotations.append(rotation) }
        }
        for object in used(.autoselect, of: stored, &result) {
            let autoselect = read(object, &result) { [configuration = result.configuration] section in
                reader.autoselect(object.id, section, among: configuration)
            }
            let kept = last?.autoselects.first { $0.name == object.id }
            if let autoselect = autoselect ?? kept { result.configuration.autoselects.append(autoselect) }
        }
        result.configuration.server = settings(stored, &result)
        return result
    }

    private func used(
        _ kind: StoredObject.Kind, of stored: StoredObjects, _ result: inout Composition
    ) -> [StoredObject] {
        stored.all(kind).filter { object in
            guard file.owner(of: kind, object.id) != nil else { return true }
            result.shadowed.append("\(kind.rawValue)/\(object.id)")
            return false
        }
    }

    /// - Returns: `nil` when there is an error in it, which is then among the faults.
    private func read<Value>(
        _ object: StoredObject, _ result: inout Composition, _ body: (ConfigurationSection) -> Value?
    ) -> Value? {
        let problems = ConfigurationProblems()
        let section = ConfigurationSection(JSON5Node(object.body), path: "", problems: problems)
        if let fault = StoredRules.fault(ofName: object.id) { section.error("id", fault) }
        let value = body(section)
        guard problems.hasErrors else { return value }
        let errors = problems.all.filter { $0.severity == .error }
        result.faults.append(Composition.Fault(kind: object.kind, id: object.id, problems: errors))
        return nil
    }

    private func credentials(
        of provider: String, _ stored: StoredObjects, _ section: ConfigurationSection
    ) -> [Credential] {
        stored.credentials(of: provider).compactMap { credential in
            guard let key = openKey(credential) else {
                section.error("credentials", "\"\(credential.id)\" cannot be opened with this master key")
                return nil
            }
            return Credential(id: credential.id, key: key, weight: credential.weight)
        }
    }

    /// What the file states, then what the store states, then the defaults.
    private func settings(_ stored: StoredObjects, _ result: inout Composition) -> ServerSettings {
        var fields = file.objects(.setting).map { (key: $0.id, value: $0.body) }
        for object in used(.setting, of: stored, &result) {
            guard let value = object.body["value"], RuntimeSetting(rawValue: object.id) != nil else { continue }
            var alone = object
            alone.body = .object([(object.id, value)])
            if read(alone, &result, { reader.settings($0) }) != nil { fields.append((object.id, value)) }
        }
        let section = ConfigurationSection(
            JSON5Node(JSONTree.object(fields)), path: "server", problems: ConfigurationProblems())
        return reader.settings(section)
    }
}

extension ConfigurationReader {
    /// Sees nothing of this machine, and wants no keys.
    fileprivate static let ofStore: ConfigurationReader = {
        var reader = ConfigurationReader(environment: { _ in nil }, file: { _ in nil })
        reader.wantsKeys = false
        return reader
    }()
}

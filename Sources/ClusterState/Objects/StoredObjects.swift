internal import SQLDatabase

/// Every stored part of the configuration at one moment.
public struct StoredObjects: Sendable, Equatable {
    /// In order of kind and id.
    public var objects: [StoredObject] = []
    /// In order of provider and id.
    public var credentials: [StoredCredential] = []

    public init() {}

    public func all(_ kind: StoredObject.Kind) -> [StoredObject] { objects.filter { $0.kind == kind } }

    public func object(_ kind: StoredObject.Kind, _ id: String) -> StoredObject? {
        objects.first { $0.kind == kind && $0.id == id }
    }

    public func credentials(of provider: String) -> [StoredCredential] {
        credentials.filter { $0.provider == provider }
    }

    static func read(_ connection: SQLConnection) throws(SQLError) -> StoredObjects {
        var stored = StoredObjects()
        try connection.each(StoredObject.select + " ORDER BY kind, id") { row throws(SQLError) in
            if let object = try StoredObject(row) { stored.objects.append(object) }
        }
        try connection.each(StoredCredential.select + " ORDER BY provider, id") { row throws(SQLError) in
            stored.credentials.append(try StoredCredential(row))
        }
        return stored
    }
}

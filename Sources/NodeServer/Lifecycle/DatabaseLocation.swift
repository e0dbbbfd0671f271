internal import SQLDatabase

/// Where the store is, and how that place is called in messages.
struct DatabaseLocation: Sendable {
    enum Place: Sendable {
        case sqlite(String)
        case mysql(MySQLSettings)
    }

    let place: Place
    /// The setting that names it: what an operator has to look at.
    let setting: String

    /// Reads `mysql://...` or `sqlite:PATH`.
    init(url: String, setting: String) throws(StartError) {
        self.setting = setting
        if url.hasPrefix("sqlite:") {
            let path = String(url.dropFirst(7))
            guard !path.isEmpty, !path.hasPrefix("//") else {
                throw .setting(setting, "must be sqlite:PATH, such as sqlite:/var/lib/switchyard/switchyard.sqlite")
            }
            place = .sqlite(path)
            return
        }
        do throws(MySQLSettings.URLError) {
            place = .mysql(try MySQLSettings(url: url))
        } catch { throw .setting(setting, error.text) }
    }

    /// The file in the data directory, where no other place is named.
    init(dataDirectory: String) {
        place = .sqlite("\(dataDirectory)/switchyard.sqlite")
        setting = "SWITCHYARD_DATA"
    }

    var description: String {
        switch place {
        case .sqlite(let path): path
        case .mysql(let settings): settings.description
        }
    }

    func open() async throws(StartError) -> SQLDatabase {
        do throws(SQLError) {
            switch place {
            case .sqlite(let path): return try await SQLDatabase.open(sqlite: path)
            case .mysql(let settings): return try await SQLDatabase.open(mysql: settings)
            }
        } catch { throw problem(error) }
    }

    /// Why a start or a command fails: what only a change of settings or release mends ends with 78, the rest with 75.
    func problem(_ error: SQLError) -> StartError {
        switch error {
        case .denied, .readOnly, .corrupt, .newerSchema, .changedMigration, .misuse, .constraint:
            .setting(setting, "\(description): \(error.text)")
        case .unavailable, .busy, .full, .outOfMemory, .closed:
            .temporary("\(setting): \(description): \(error.text)")
        }
    }
}

extension SQLError {
    /// For operators; holds no value of a statement.
    var text: String {
        switch self {
        case .unavailable(let reason): "cannot be reached: \(reason)"
        case .busy: "is busy: others hold it for too long"
        case .constraint(let kind, let subject): "a rule of the schema (\(kind) \(subject)) was broken"
        case .full: "has no space left"
        case .readOnly: "is read-only; a node must be able to write"
        case .denied(let reason): "does not let this node in: \(reason)"
        case .corrupt: "is damaged, or no database"
        case .outOfMemory: "there is not enough memory"
        case .misuse(let reason): reason
        case .newerSchema(let found, let known):
            "was migrated by a newer release (migration \(found), this release knows \(known)): start that release, or "
                + "restore a backup made before"
        case .changedMigration(let number):
            "its migration \(number) is not the one of this release: the database belongs to another program or build"
        case .closed: "is closed"
        }
    }
}

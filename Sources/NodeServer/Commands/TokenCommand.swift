internal import ClusterState
internal import GatewayTypes
internal import Telemetry

/// `switchyard token list|create|revoke`: on the store in SWITCHYARD_DATA, also beside a running node, which notices within
/// a second.
enum TokenCommand {
    static func run(_ arguments: [String]) async throws(StartError) {
        let options = try Options(arguments, values: ["user", "name", "scope", "zone", "id"])
        let administration = try await Administration.open()
        switch options.words {
        case ["list"]: try await list(administration, user: options["user"])
        case ["create"]: print(try await create(administration, options))
        case ["revoke"]:
            let id = try options.required("id")
            _ = try await administration.asking { store throws(ControlStoreError) in try await store.revokeToken(id) }
            print("revoked \(id)")
        default: throw .usage("token takes list, create or revoke")
        }
        await administration.close()
    }

    private static func create(_ administration: Administration, _ options: Options) async throws(StartError) -> String
    {
        var scopes: Set<Caller.Scope> = [.inference]
        if let text = options["scope"] {
            guard let scope = Caller.Scope(rawValue: text) else { throw .usage("--scope is inference or admin") }
            scopes.insert(scope)
        }
        var limits = Limits()
        if let zone = options["zone"] {
            guard ZoneCatalog.isKnown(zone) else { throw .usage("--zone \"\(zone)\" \(ZoneCatalog.advice)") }
            limits.zone = zone
        }
        let new = NewToken(
            user: try options.required("user"), name: try options.required("name"), scopes: scopes, limits: limits)
        return try await administration.asking { store throws(ControlStoreError) in
            try await store.createToken(new).text
        }
    }

    private static func list(_ administration: Administration, user: String?) async throws(StartError) {
        var after: String?
        repeat {
            let from = after
            let page = try await administration.asking { store throws(ControlStoreError) in
                try await store.tokens(of: user, limit: 500, after: from)
            }
            for row in page.rows {
                let state = row.revokedAt == nil ? "active" : "revoked"
                print("\(row.id)  \(row.prefix)...  \(state)  \(row.username)  \(row.name)")
            }
            after = page.next
        } while after != nil
    }

    /// A fresh token of the user `admin` for trying a node out; the one of an earlier quickstart is revoked.
    static func quickstart(_ store: ControlStore) async throws(StartError) -> String {
        do throws(ControlStoreError) {
            for row in try await store.tokens(of: "admin", limit: 500).rows
            where row.name == "quickstart" && row.revokedAt == nil {
                _ = try await store.revokeToken(row.id)
            }
            return try await store.createToken(NewToken(user: "admin", name: "quickstart")).text
        } catch { throw .store(error) }
    }
}

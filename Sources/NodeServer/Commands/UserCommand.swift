internal import ClusterState
internal import Crypto
internal import GatewayTypes

/// `switchyard user list|create|password`.
enum UserCommand {
    static func run(_ arguments: [String]) async throws(StartError) {
        let options = try Options(arguments, values: ["name", "role", "tier"])
        let administration = try await Administration.open()
        switch options.words {
        case ["list"]: try await list(administration)
        case ["create"]: try await create(administration, options)
        case ["password"]:
            let name = try options.required("name")
            let password = Base64URL.encode(SecureRandom.bytes(18))
            var patch = UserPatch()
            patch.password = .set(password)
            let change = patch
            _ = try await administration.asking { store throws(ControlStoreError) in
                try await store.updateUser(name, change)
            }
            print("password of \(name): \(password)")
        default: throw .usage("user takes list, create or password")
        }
        await administration.close()
    }

    private static func create(_ administration: Administration, _ options: Options) async throws(StartError) {
        let name = try options.required("name")
        guard let role = Caller.Role(rawValue: options["role"] ?? "user") else {
            let roles = Caller.Role.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--role is one of \(roles)")
        }
        let password = Base64URL.encode(SecureRandom.bytes(18))
        let new = NewUser(username: name, password: password, role: role, tier: options["tier"])
        let user = try await administration.asking { store throws(ControlStoreError) in try await store.createUser(new)
        }
        print("\(user.id)  \(name)\npassword: \(password)")
    }

    private static func list(_ administration: Administration) async throws(StartError) {
        var after: String?
        repeat {
            let from = after
            let page = try await administration.asking { store throws(ControlStoreError) in
                try await store.users(limit: 500, after: from)
            }
            for user in page.rows {
                let state = user.disabledAt == nil ? "active" : "disabled"
                print("\(user.id)  \(state)  \(user.role.rawValue)  \(user.username)")
            }
            after = page.next
        } while after != nil
    }
}

/// What a change is about: a closed set, as the audit log names it.
public enum ChangeKind: String, Sendable, CaseIterable {
    case user, token, tier, provider, credential, model, rotation, autoselect, setting, cooldown

    /// Whose change counts for callers that are known already; `nil` where callers stay who they are.
    func subject(_ object: String) -> CallerChanges.Subject? {
        switch self {
        case .user: .user(object)
        case .token: .token(object)
        case .tier: .tier(object)
        case .provider, .credential, .model, .rotation, .autoselect, .setting, .cooldown: nil
        }
    }

    /// Whether what requests are routed and priced by is made from it.
    var isConfiguration: Bool {
        switch self {
        case .provider, .credential, .model, .rotation, .autoselect, .setting: true
        case .user, .token, .tier, .cooldown: false
        }
    }
}

public enum ChangeAction: String, Sendable, CaseIterable {
    case create, update, delete, revoke, clear
}

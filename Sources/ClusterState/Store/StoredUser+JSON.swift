internal import GatewayTypes
public import JSON

extension StoredUser: Audited {
    static let changeKind = ChangeKind.user
    var changeObject: String { id }

    /// The members of a row of `/users`.
    public func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("username", username)
        json.member("email", orNull: email)
        json.member("role", role.rawValue)
        json.member("tier", orNull: tier)
        json.member("limits", limits: limits)
        json.member("disabled", disabledAt != nil)
        json.member("disabled_at", time: disabledAt)
        json.member("can_log_in", hasPassword && disabledAt == nil)
        json.member("created_at", time: createdAt)
    }
}

internal import ClusterState
internal import GatewayTypes
internal import JSON

extension StoredToken {
    /// The members of a row of `/tokens`; `prefix` is the begin of the text, to tell tokens apart.
    func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("user", username)
        json.member("user_id", userID)
        json.member("name", name)
        json.member("prefix", prefix)
        json.member("scopes", strings: scopes.map(\.rawValue).sorted())
        json.member("models", strings: models)
        json.member("ip_allow", strings: allowedAddresses)
        json.member("expires_at", time: expiresAt)
        json.member("limits", limits: limits)
        json.member("zone", orNull: limits.zone)
        json.member("created_at", time: createdAt)
        json.member("revoked_at", time: revokedAt)
    }
}

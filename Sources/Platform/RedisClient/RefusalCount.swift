/// When a server that answers counts as away all the same: at once if it is a replica, else after three refusals in a row
/// that tell of its own state.
struct RefusalCount {
    static let most = 3
    private var inARow = 0

    /// - Returns: why to leave this server, `nil` to stay.
    mutating func take(_ reply: RedisReply) -> RedisOutage? {
        guard case .refused(let code, let message) = reply, RedisError.outageCodes.contains(code) else {
            inARow = 0
            return nil
        }
        inARow += 1
        return code == "READONLY" || inARow >= Self.most ? .refusing(code: code, message: message) : nil
    }
}

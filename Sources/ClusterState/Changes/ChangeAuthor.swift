/// Who makes a change: an admin through the API, a person at the command line, or the program itself.
public struct ChangeAuthor: Sendable, Equatable {
    public var userID: String?
    /// The user's name, else `cli` or `system`.
    public var name: String
    /// `nil` for the environment's token too.
    public var tokenID: String?
    /// The client's address.
    public var address: String?
    public var requestID: String?

    public init(
        userID: String?, name: String, tokenID: String? = nil, address: String? = nil, requestID: String? = nil
    ) {
        self.userID = userID
        self.name = name
        self.tokenID = tokenID
        self.address = address
        self.requestID = requestID
    }

    public static let commandLine = ChangeAuthor(userID: nil, name: "cli")
    public static let system = ChangeAuthor(userID: nil, name: "system")
}

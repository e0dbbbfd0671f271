/// `defaults` in the configuration file: the models of requests that by their dialect need not name one.
public struct DefaultModels: Sendable, Equatable {
    public var moderation: String?
    public var image: String?

    public init() {}
}

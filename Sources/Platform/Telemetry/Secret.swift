/// Text that must not get into logs, metrics, errors or pages: keys, tokens, passwords. However it is printed, only
/// `[secret]` appears; who needs the text says `reveal()`, which is easy to search for.
public struct Secret: Hashable, Sendable {
    static let placeholder = "[secret]"
    private let text: String

    public init(_ text: String) { self.text = text }

    public func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { Self.placeholder }
    public var debugDescription: String { Self.placeholder }
    /// Without children, for `dump` and failed test expectations look inside.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

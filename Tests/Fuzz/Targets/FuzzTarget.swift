internal import GatewayTypes

/// A decoder that takes bytes from outside, driven with any bytes at all. It must not crash or hang, and some laws hold
/// whatever the bytes are.
public struct FuzzTarget: Sendable {
    public var name: String
    /// Folders and files of the project, below its root, that hold bytes worth changing.
    public var seeds: [String]
    /// Bytes worth changing besides.
    public var texts: [String]
    /// - Returns: the law that was broken, if one was.
    public var run: @Sendable ([UInt8]) -> String?

    public init(
        _ name: String, seeds: [String] = [], texts: [String] = [], run: @escaping @Sendable ([UInt8]) -> String?
    ) {
        self.name = name
        self.seeds = seeds
        self.texts = texts
        self.run = run
    }

    /// Every target of the formats, the framings, the forms and the settings.
    public static let all: [FuzzTarget] =
        WireFormat.allCases.filter { $0.can(.conversation) }.flatMap { [answers($0), streams($0)] }
        + failures + requests + framings + documents
}

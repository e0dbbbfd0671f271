/// JSON5 (spec.json5.org, version 1.0), the language of configuration files.
public enum JSON5 {
    /// Arrays and objects inside each other.
    static let depthLimit = 256

    /// Parses and validates the whole of `text`, which is UTF-8; a byte order mark before it is skipped.
    ///
    /// Two keys of an object that mean the same are an error, though JSON5 leaves that open: in a configuration one of
    /// them would go unread.
    public static func parse(_ text: [UInt8]) throws(JSON5Error) -> JSON5Node {
        var parser = JSON5Parser(JSON5Scanner(try JSON5Scanner.decode(text)))
        return try parser.document()
    }
}

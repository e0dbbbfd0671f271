internal import Crypto
internal import Glibc

/// The key that providers' keys are sealed with: from the environment, else from a file in the data directory, which the
/// first start makes for its owner alone.
enum MasterKey {
    static let setting = "SWITCHYARD_MASTER_KEY"

    static func load(_ environment: NodeEnvironment) throws(StartError) -> SealingKey {
        if let text = environment.masterKey { return try key(text, setting) }
        let path = "\(environment.dataDirectory)/master.key"
        if !File.exists(path) { try make(path) }
        guard let bytes = File.read(path) else { throw .setting("SWITCHYARD_DATA", "the file \(path) cannot be read") }
        var text = String(decoding: bytes, as: UTF8.self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return try key(text, path)
    }

    private static func key(_ text: String, _ source: String) throws(StartError) -> SealingKey {
        guard let bytes = Base64.decode(text), let key = try? SealingKey(bytes) else {
            throw .setting(source, "must be 32 bytes in base64, as `openssl rand -base64 32` prints them")
        }
        return key
    }

    /// Written aside and linked into place, so that of two nodes that start at once both read one whole key.
    private static func make(_ path: String) throws(StartError) {
        let fresh = "\(path).\(getpid())"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .setting("SWITCHYARD_DATA", "the file \(path) cannot be made") }
        File.write(Base64.encode(SecureRandom.bytes(32)) + "\n", to: descriptor)
        let isSafe = fsync(descriptor) == 0
        close(descriptor)
        let isLinked = isSafe && (link(fresh, path) == 0 || errno == EEXIST)
        unlink(fresh)
        guard isLinked else { throw .setting("SWITCHYARD_DATA", "the file \(path) cannot be made") }
    }
}

import Glibc

/// Files of the project that tests read, and one that they can write.
enum ProjectFile {
    static let root: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(4).joined(separator: "/") + "/"
    }()

    static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(root + path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
        return bytes
    }

    static func write(_ text: String, to path: String) {
        guard let file = fopen(root + path, "w") else { return }
        defer { fclose(file) }
        fputs(text, file)
    }
}

import Glibc

/// A directory of its own, removed with everything in it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/switchyard-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }

    /// One that another process made.
    init(existing path: String) { self.path = path }

    deinit {
        for name in files(in: path + "/journal") { unlink("\(path)/journal/\(name)") }
        rmdir(path + "/journal")
        for name in files(in: path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// What a process killed right now would leave behind.
    func snapshot(of directory: String = "journal") -> TemporaryDirectory {
        let copy = TemporaryDirectory()
        mkdir("\(copy.path)/\(directory)", 0o700)
        for name in files(in: "\(path)/\(directory)") {
            write(read("\(path)/\(directory)/\(name)"), to: "\(copy.path)/\(directory)/\(name)")
        }
        return copy
    }

    func files(in directory: String) -> [String] {
        guard let listing = opendir(directory) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func read(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Int(lseek(file, 0, SEEK_END)))
        return pread(file, &bytes, bytes.count, 0) == bytes.count ? bytes : []
    }

    func write(_ bytes: [UInt8], to path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(file) }
        _ = Glibc.write(file, bytes, bytes.count)
    }
}

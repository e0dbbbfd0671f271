import Glibc

/// A directory of its own, removed with its journal.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/switchyard-test-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { String(cString: mkdtemp($0.baseAddress!)) }
    }

    deinit {
        if let listing = opendir(path + "/journal") {
            while let entry = readdir(listing) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { unlink("\(path)/journal/\(name)") }
            }
            closedir(listing)
        }
        rmdir(path + "/journal")
        rmdir(path)
    }
}

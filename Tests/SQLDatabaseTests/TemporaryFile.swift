import Glibc

/// A database file in a directory of its own, removed with what SQLite put beside it when the value goes.
final class TemporaryFile: Sendable {
    let directory: String
    var path: String { directory + "/test.sqlite" }

    init() {
        var template = Array("/tmp/switchyard-sql-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
        rmdir(directory)
    }
}

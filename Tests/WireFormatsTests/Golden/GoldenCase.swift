import GatewayTypes
import Glibc
import JSON
import Testing

@testable import WireFormats

/// One exchange as files tell it, in a folder `Tests/Golden/<dialect>-<wire format>/<case>`:
///
/// * `request.json`: what the caller sends.
/// * `upstream-request.json`: what the provider gets.
/// * `upstream-answer.json`, `.sse` or `.ndjson`: what the provider answers.
/// * `answer.json`, `.sse` or `.ndjson`: what the caller gets.
/// * `dropped.txt`, where there is something: the names that the caller is told, a line each.
///
/// JSON is compared without regard to white space between its tokens; key order and the texts of numbers count.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    var dialect: Dialect
    var wire: WireFormat
    /// Below `Tests/Golden`.
    var folder: String

    var testDescription: String { folder }

    private static let root = "Tests/Golden"

    /// Every folder that holds a request.
    static let all: [GoldenCase] = ProjectFile.names(in: root).flatMap { pair in
        guard let (dialect, wire) = sides(of: pair) else { return [GoldenCase]() }
        return ProjectFile.names(in: "\(root)/\(pair)").map {
            GoldenCase(dialect: dialect, wire: wire, folder: "\(pair)/\($0)")
        }
    }

    /// The longest dialect's name that the folder's name begins with, and the format that the rest names.
    private static func sides(of pair: String) -> (Dialect, WireFormat)? {
        let dialects = Dialect.allCases.filter { pair.hasPrefix($0.rawValue + "-") }
        guard let dialect = dialects.max(by: { $0.rawValue.count < $1.rawValue.count }) else { return nil }
        return WireFormat(rawValue: String(pair.dropFirst(dialect.rawValue.count + 1))).map { (dialect, $0) }
    }

    /// The file of the first of these endings that exists, and its ending.
    func file(_ name: String, _ endings: [String]) -> (bytes: [UInt8], ending: String)? {
        for ending in endings {
            let bytes = ProjectFile.read("\(Self.root)/\(folder)/\(name).\(ending)")
            if !bytes.isEmpty { return (bytes, ending) }
        }
        return nil
    }

    func write(_ bytes: [UInt8], to name: String) {
        ProjectFile.write(String(decoding: bytes, as: UTF8.self), to: "\(Self.root)/\(folder)/\(name)")
    }
}

extension ProjectFile {
    /// What a folder of the project holds, in order.
    static func names(in folder: String) -> [String] {
        guard let directory = opendir(root + folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix("."), !name.hasSuffix(".swift"), !name.hasSuffix(".md") { names.append(name) }
        }
        return names.sorted()
    }
}

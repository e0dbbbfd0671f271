import Glibc
import JSON
import Testing

@testable import WireFormats

/// Recorded exchanges with providers, read in place from the folder `SWITCHYARD_CORPUS` or `../shared/corpus` beside the
/// package.
enum UpstreamRecordings {
    struct Recording: CustomTestStringConvertible, Sendable {
        var file: String
        var endpoint: String
        var url: String
        var status: Int
        var features: [String]
        /// Of the request, if it was recorded.
        var asked: [UInt8]
        var body: [UInt8]

        var testDescription: String { file }
        var isStream: Bool { body.starts(with: "event:".utf8) || body.starts(with: "data:".utf8) }
    }

    static let folder: String = {
        if let path = getenv("SWITCHYARD_CORPUS") { return String(cString: path) }
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(4).joined(separator: "/") + "/shared/corpus"
    }()

    static let isPresent: Bool = access(folder + "/index.csv", R_OK) == 0

    /// Every exchange of `endpoint` with one of `providers`.
    static func all(_ providers: [String], endpoint: String) -> [Recording] {
        guard isPresent else { return [] }
        return providers.flatMap { provider in
            names(in: "\(folder)/\(provider)").filter { $0.hasPrefix("\(endpoint)-") }.compactMap {
                recording("\(provider)/\($0)")
            }
        }
    }

    /// Every exchange there is.
    static let everything: [Recording] = {
        guard isPresent else { return [] }
        return names(in: folder, ending: "").filter { !$0.contains(".") }.flatMap { provider in
            names(in: "\(folder)/\(provider)").compactMap { recording("\(provider)/\($0)") }
        }
    }()

    private static func recording(_ file: String) -> Recording? {
        guard let value = try? JSONValue.parse(bytes(of: "\(folder)/\(file)")), let response = value["response"] else {
            return nil
        }
        let body =
            response["body_text"]?.string.map { Array($0.utf8) }
            ?? response["body_base64"]?.string.flatMap { Base64.decode($0) } ?? []
        return Recording(
            file: file, endpoint: value["endpoint"]?.string ?? "", url: value["request"]?["url"]?.string ?? "",
            status: response["status"]?.int ?? 0,
            features: value["features"]?.elements.compactMap(\.string) ?? [],
            asked: value["request"]?["body"]?.raw ?? [], body: body)
    }

    /// The whole of a recording.
    static func value(of file: String) -> JSONValue? { try? JSONValue.parse(bytes(of: "\(folder)/\(file)")) }

    private static func names(in folder: String, ending: String = ".json") -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(ending) { names.append(name) }
        }
        return names.sorted()
    }

    private static func bytes(of path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}

/// The payloads of a recorded event stream, split the plain way.
func eventPayloads(_ body: [UInt8]) -> [[UInt8]] {
    body.filter { $0 != UInt8(ascii: "\r") }.split(separator: UInt8(ascii: "\n")).compactMap { line in
        line.starts(with: "data:".utf8) ? Array(line.dropFirst(5).drop { $0 == 0x20 }) : nil
    }
}

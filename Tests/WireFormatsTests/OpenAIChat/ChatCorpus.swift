import Glibc
import JSON

/// Recorded traffic of OpenAI-compatible providers, read in place. Its folder lies beside the checkout or is named by
/// `SWITCHYARD_CORPUS`; without it the tests that need it say so and are not run.
enum ChatCorpus {
    struct Exchange: Sendable {
        var path: String
        var provider: String
        var status: Int
        var request: [UInt8]?
        var response: [UInt8]
        var features: [String]
        var isStream: Bool
    }

    static let folder: String? = {
        if let named = getenv("SWITCHYARD_CORPUS") { return existing(String(cString: named)) }
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        return existing(root + "/../shared/corpus")
    }()

    static let exchanges: [Exchange] = {
        guard let folder else { return [] }
        var exchanges: [Exchange] = []
        for provider in names(in: folder) where !provider.contains(".") {
            for file in names(in: "\(folder)/\(provider)") where file.hasPrefix("chat-") && file.hasSuffix(".json") {
                if let exchange = read("\(folder)/\(provider)/\(file)", "\(provider)/\(file)") {
                    exchanges.append(exchange)
                }
            }
        }
        return exchanges
    }()

    /// - Returns: `nil` for exchanges in another format than chat completions.
    private static func read(_ file: String, _ path: String) -> Exchange? {
        guard let bytes = bytes(of: file), let json = try? JSONValue.parse(bytes),
            json["endpoint"]?.isString("chat") == true
        else { return nil }
        let url = json["request"]?["url"]?.string ?? ""
        let body = Array((json["response"]?["body_text"]?.string ?? "").utf8)
        let text = String(decoding: body, as: UTF8.self)
        let status = json["response"]?["status"].flatMap { $0.int ?? $0.string.flatMap { Int($0) } } ?? 0
        guard url.contains("/chat/completions") || text.contains("\"choices\"") else { return nil }
        if text.contains("\"object\":\"list\"") || text.contains("\"object\": \"list\"") { return nil }
        let request = json["request"]?["body"]
        return Exchange(
            path: path, provider: json["provider"]?.string ?? "", status: status,
            request: request?["messages"] == nil ? nil : request?.raw, response: body,
            features: json["features"]?.elements.compactMap(\.string) ?? [],
            isStream: text.contains("data:") && status == 200 && !text.drop { $0.isWhitespace }.hasPrefix("{"))
    }

    private static func existing(_ path: String) -> String? { access(path, R_OK) == 0 ? path : nil }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static func bytes(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let size = ftell(file)
        rewind(file)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = fread(buffer.baseAddress, 1, size, file)
        }
    }
}

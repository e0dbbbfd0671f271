internal import Crypto
internal import HTTPClient
internal import HTTPTypes

/// Amazon's signature of a request, version 4 (AWS4-HMAC-SHA256): over method, path, query, some headers, the body's digest
/// and the time, with a key made of the secret, the day, the region and the service.
struct AmazonSignature {
    var key: AmazonKey.Pair
    var region: String
    var service: String
    /// Unix milliseconds.
    var now: Int

    /// What is signed besides `host`, `x-amz-date` and `x-amz-security-token`.
    private static let signedNames = ["content-type"]

    /// Adds `x-amz-date`, `x-amz-security-token` where the key has one, and `authorization`.
    func sign(_ request: inout HTTPClientRequest) {
        let time = AmazonTime(milliseconds: now)
        request.headers["x-amz-date"] = time.stamp
        if let session = key.session { request.headers["x-amz-security-token"] = session }
        let address = Address(request.url)
        var fields = [("host", String(address.authority)), ("x-amz-date", time.stamp)]
        if let session = key.session { fields.append(("x-amz-security-token", session)) }
        for name in Self.signedNames {
            if let value = request.headers[name] { fields.append((name, Self.collapsed(value))) }
        }
        fields.sort { $0.0 < $1.0 }
        let names = fields.map(\.0).joined(separator: ";")
        let canonical = [
            request.method.token, Self.path(address.path), Self.query(address.query),
            fields.map { "\($0.0):\($0.1)\n" }.joined(), names, Hex.encode(SHA256.digest(request.body)),
        ].joined(separator: "\n")
        let scope = "\(time.day)/\(region)/\(service)/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(time.stamp)\n\(scope)\n\(Hex.encode(SHA256.digest(canonical)))"
        let signature = Hex.encode(HMACSHA256.code(for: text, key: signingKey(day: time.day)))
        request.headers["authorization"] =
            "AWS4-HMAC-SHA256 Credential=\(key.access)/\(scope), SignedHeaders=\(names), Signature=\(signature)"
    }

    private func signingKey(day: String) -> [UInt8] {
        [day, region, service, "aws4_request"].reduce(Array("AWS4\(key.secret)".utf8)) {
            HMACSHA256.code(for: $1, key: $0)
        }
    }

    /// The path as it is sent, encoded once more: every service but S3 wants it twice encoded.
    private static func path(_ path: String) -> String { path.isEmpty ? "/" : escaped(path) }

    /// The parameters by name and then value; those of a URL are encoded already.
    private static func query(_ query: String) -> String {
        query.split(separator: "&").map { part -> String in part.contains("=") ? String(part) : "\(part)=" }
            .sorted().joined(separator: "&")
    }

    /// A header's value with each run of spaces as one.
    private static func collapsed(_ value: String) -> String {
        value.split(separator: " ").joined(separator: " ")
    }

    private static func escaped(_ text: String) -> String {
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                output.append(byte)
            default:
                output.append(UInt8(ascii: "%"))
                output += Hex.encode([byte]).uppercased().utf8
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The parts of a URL.
    private struct Address {
        /// Host, and port where it is not the scheme's own, as the field `host` has them.
        var authority: Substring
        var path: String
        var query: String

        init(_ url: String) {
            let isSecure = url.lowercased().hasPrefix("https://")
            let rest = url.dropFirst(isSecure ? 8 : 7)
            authority = rest.prefix { $0 != "/" && $0 != "?" }
            let parts = rest.dropFirst(authority.count).split(
                separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            path = String(parts.first ?? "")
            query = parts.count > 1 ? String(parts[1]) : ""
            let usual = isSecure ? ":443" : ":80"
            if authority.hasSuffix(usual) { authority = authority.dropLast(usual.count) }
        }
    }
}

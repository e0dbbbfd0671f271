internal import Crypto
internal import JSON

/// A key file of a Google service account: JSON with an address, a private key and the place where tokens are given for it.
public struct GoogleServiceAccount: Sendable {
    public enum Fault: Error, Sendable, Equatable {
        /// Not a JSON object, such as the path of a file in place of its content.
        case notJSON
        case missing(String)
        /// Tokens are asked for over TLS, or on this machine.
        case insecureTokenURI
        case unusableKey

        /// What to do about it.
        public var text: String {
            switch self {
            case .notJSON: "must be the JSON of a service account's key file, such as \"file:service-account.json\""
            case .missing(let field): "is no service account's key file: it has no \"\(field)\""
            case .insecureTokenURI: "has a \"token_uri\" that is not https"
            case .unusableKey: "has a \"private_key\" that is no RSA key in PEM"
            }
        }
    }

    /// The account's address.
    public let email: String
    public let project: String?
    let tokenURI: String
    private let keyID: String?
    private let privateKey: String

    public init(_ text: String) throws(Fault) {
        guard let json = try? JSONValue.parse(Array(text.utf8)), json.kind == .object else { throw .notJSON }
        func field(_ name: String) throws(Fault) -> String {
            guard let value = json[name]?.string, !value.isEmpty else { throw .missing(name) }
            return value
        }
        email = try field("client_email")
        privateKey = try field("private_key")
        tokenURI = json["token_uri"]?.string ?? "https://oauth2.googleapis.com/token"
        keyID = json["private_key_id"]?.string
        project = json["project_id"]?.string
        let isLocal = ["http://127.0.0.1:", "http://127.0.0.1/", "http://localhost:"].contains(
            where: tokenURI.hasPrefix)
        guard tokenURI.hasPrefix("https://") || isLocal else { throw .insecureTokenURI }
        do throws(CryptoError) { _ = try RSAPrivateKey(pem: privateKey) } catch { throw .unusableKey }
    }

    /// How long an assertion counts; Google takes no more than an hour.
    static let assertionSeconds = 3_600

    /// What proves to Google who asks: a signed JSON Web Token (RFC 7523).
    /// - Parameter now: Unix seconds.
    func assertion(at now: Int) throws(Fault) -> String {
        let head = JSONWriter.bytes {
            $0.object {
                $0.member("alg", "RS256")
                $0.member("typ", "JWT")
                if let keyID { $0.member("kid", keyID) }
            }
        }
        let claims = JSONWriter.bytes {
            $0.object {
                $0.member("iss", email)
                $0.member("scope", "https://www.googleapis.com/auth/cloud-platform")
                $0.member("aud", tokenURI)
                $0.member("iat", now)
                $0.member("exp", now + Self.assertionSeconds)
            }
        }
        let signed = "\(Base64URL.encode(head)).\(Base64URL.encode(claims))"
        do throws(CryptoError) {
            let key = try RSAPrivateKey(pem: privateKey)
            return "\(signed).\(Base64URL.encode(try key.signature(of: signed)))"
        } catch { throw .unusableKey }
    }
}

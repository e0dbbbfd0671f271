import GatewayTypes
import HTTPClient
import HTTPTypes
import Testing

@testable import Providers

/// Against the answers that Amazon published for signature version 4.
@Suite("AmazonSignature")
struct AmazonSignatureTests {
    /// The key of Amazon's examples.
    private static let key = AmazonKey.Pair(
        access: "AKIDEXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    /// 2015-08-30T12:36:00Z
    private static let now = 1_440_938_160_000

    private static func signed(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders = [:], body: String = "", service: String = "service",
        session: String? = nil
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(method: method, url: url, headers: headers, body: Array(body.utf8))
        var key = Self.key
        key.session = session
        AmazonSignature(key: key, region: "us-east-1", service: service, now: now).sign(&request)
        return request
    }

    private static func signature(_ request: HTTPClientRequest) -> String? {
        request.headers["authorization"]?.split(separator: "=").last.map(String.init)
    }

    @Test("get-vanilla: nothing but a host")
    func vanilla() {
        let request = Self.signed(.get, "https://example.amazonaws.com/")
        #expect(
            request.headers["authorization"]
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
        #expect(request.headers["x-amz-date"] == "20150830T123600Z")
        #expect(
            Self.signature(Self.signed(.get, "https://example.amazonaws.com:443"))
                == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
    }

    @Test("post-vanilla and a form: the method and the body count")
    func post() {
        #expect(
            Self.signature(Self.signed(.post, "https://example.amazonaws.com/"))
                == "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")
        let form = Self.signed(
            .post, "https://example.amazonaws.com/", headers: ["content-type": "application/x-www-form-urlencoded"],
            body: "Param1=value1")
        #expect(
            Self.signature(form) == "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")
    }

    @Test("The parameters of a query count in the order of their names")
    func query() {
        for url in [
            "https://example.amazonaws.com/?Param1=value1&Param2=value2",
            "https://example.amazonaws.com/?Param2=value2&Param1=value1",
        ] {
            #expect(
                Self.signature(Self.signed(.get, url))
                    == "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")
        }
    }

    @Test("The example of the manual, with another service")
    func manual() {
        let request = Self.signed(
            .get, "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
            headers: ["content-type": "application/x-www-form-urlencoded; charset=utf-8"], service: "iam")
        #expect(
            Self.signature(request) == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
    }

    @Test("The token of a temporary key is sent and signed")
    func session() {
        let request = Self.signed(.post, "https://example.amazonaws.com/", session: "TOKEN")
        #expect(request.headers["x-amz-security-token"] == "TOKEN")
        #expect(
            request.headers["authorization"]?.contains("SignedHeaders=host;x-amz-date;x-amz-security-token") == true)
        #expect(Self.signature(request) != Self.signature(Self.signed(.post, "https://example.amazonaws.com/")))
    }

    @Test("Path, host with its port, and type of the body are signed")
    func covered() {
        let url = "http://127.0.0.1:99/model/a%3A0/converse"
        let base = Self.signature(Self.signed(.post, url, headers: ["content-type": "application/json"], body: "{}"))
        for other in [
            Self.signed(
                .post, "http://127.0.0.1:99/model/b%3A0/converse", headers: ["content-type": "application/json"],
                body: "{}"),
            Self.signed(
                .post, "http://127.0.0.1:98/model/a%3A0/converse", headers: ["content-type": "application/json"],
                body: "{}"),
            Self.signed(.post, url, headers: ["content-type": "text/plain"], body: "{}"),
            Self.signed(.post, url, headers: ["content-type": "application/json"], body: "{ }"),
        ] { #expect(Self.signature(other) != base) }
    }

    @Test(
        "A key is a pair, a pair with a token, or a Bedrock key",
        arguments: [
            ("A:S", "A S -"), ("A:S:T:=", "A S T:="), ("ABSKx", "ABSKx"), ("A:", "none"), (":S", "none"),
            ("A:S:", "none"),
        ])
    func keys(text: String, expected: String) {
        let told: String =
            switch AmazonKey(CredentialKey(text)) {
            case .pair(let pair)?: "\(pair.access) \(pair.secret) \(pair.session ?? "-")"
            case .bearer(let token)?: token
            case nil: "none"
            }
        #expect(told == expected)
    }
}

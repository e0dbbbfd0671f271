import Crypto
import GatewayTypes
import JSON
import Testing

@testable import Providers

@Suite("Google service accounts")
struct GoogleServiceAccountTests {
    @Test("An assertion says who asks, for what, where and until when, and is signed with the account's key")
    func assertion() throws {
        let account = try GoogleServiceAccount(TestAccount.json())
        let parts = try account.assertion(at: 1_000).split(separator: ".").map(String.init)
        #expect(parts.count == 3)
        let head = try JSONValue.parse(try #require(Base64URL.decode(parts[0])))
        let claims = try JSONValue.parse(try #require(Base64URL.decode(parts[1])))
        #expect(head["alg"]?.string == "RS256" && head["typ"]?.string == "JWT" && head["kid"]?.string == "k1")
        #expect(claims["iss"]?.string == "a@my-project.iam.gserviceaccount.com")
        #expect(claims["aud"]?.string == "https://oauth2.googleapis.com/token")
        #expect(claims["scope"]?.string == "https://www.googleapis.com/auth/cloud-platform")
        #expect(claims["iat"]?.int == 1_000 && claims["exp"]?.int == 4_600)
        let key = try RSAPrivateKey(pem: TestAccount.privateKey)
        #expect(Base64URL.decode(parts[2]) == (try key.signature(of: "\(parts[0]).\(parts[1])")))
        #expect(account.project == "my-project")
    }

    @Test(
        "What is no key file says why",
        arguments: [
            ("sa.json", GoogleServiceAccount.Fault.notJSON), ("[]", .notJSON),
            (TestAccount.json(without: "client_email"), .missing("client_email")),
            (TestAccount.json(without: "private_key"), .missing("private_key")),
            (TestAccount.json(tokenURI: "http://example.com/token"), .insecureTokenURI),
            (TestAccount.json().replacingKey(with: "no key"), .unusableKey),
        ])
    func faults(text: String, fault: GoogleServiceAccount.Fault) {
        #expect(throws: fault) { try GoogleServiceAccount(text) }
        #expect(!fault.text.isEmpty)
    }

    @Test("Tokens may be asked for on this machine without TLS")
    func loopback() throws {
        #expect(throws: Never.self) { try GoogleServiceAccount(TestAccount.json(tokenURI: "http://127.0.0.1:9/token")) }
    }

    @Test(
        "What the token service says is a token, or whose fault it is",
        arguments: [
            (
                400, #"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#,
                UpstreamFailure.Kind.authentication
            ),
            (401, #"{"error":"unauthorized_client"}"#, .authentication), (403, "", .authentication),
            (429, "{}", .rateLimit), (500, "<html>", .server), (503, "", .overloaded), (200, "{}", .badAnswer),
            (200, "no", .badAnswer), (200, #"{"access_token":"a\nb","expires_in":5}"#, .badAnswer),
        ])
    func answers(status: Int, body: String, kind: UpstreamFailure.Kind) {
        #expect {
            _ = try GoogleTokenAnswer.read(status: status, body: Array(body.utf8))
        } throws: { ($0 as? UpstreamFailure)?.kind == kind }
    }

    @Test("A token's life is what is told, at most a day", arguments: [("3599", 3_599), ("-5", 0), ("1e18", 86_400)])
    func life(told: String, seconds: Int) throws {
        let body = #"{"access_token":"t","expires_in":\#(told),"token_type":"Bearer"}"#
        let token = try GoogleTokenAnswer.read(status: 200, body: Array(body.utf8))
        #expect(token == GoogleTokenAnswer.Token(text: "t", life: .seconds(seconds)))
    }

    @Test("A token is used until shortly before its end, and renewed before that")
    func held() {
        let start = ContinuousClock.now
        let hour = HeldToken(.init(text: "t", life: .seconds(3_600)), at: start)
        for (seconds, state) in [
            (0, HeldToken.State.fresh), (3_299, .fresh), (3_300, .ending), (3_589, .ending), (3_590, .ended),
        ] { #expect(hour.state(at: start + .seconds(seconds)) == state) }
        let short = HeldToken(.init(text: "t", life: .seconds(20)), at: start)
        for (seconds, state) in [(14, HeldToken.State.fresh), (15, .ending), (17, .ending), (18, .ended)] {
            #expect(short.state(at: start + .seconds(seconds)) == state)
        }
        #expect(HeldToken(.init(text: "t", life: .zero), at: start).state(at: start) == .ended)
    }
}

extension String {
    /// This key file with another private key.
    fileprivate func replacingKey(with key: String) -> String {
        let start = firstRange(of: #""private_key":""#)!.upperBound
        let end = self[start...].firstIndex(of: "\"")!
        return self[..<start] + key + self[end...]
    }
}

import Telemetry
import Testing

@testable import SQLDatabase

@Suite("The URL of a MySQL server")
struct MySQLSettingsTests {
    @Test("Every part is read, escapes and options too")
    func parts() throws {
        let settings = try MySQLSettings(
            url: "mysql://us%40er:p%40ss%2Fw%3Ard%3F%23%25@[::1]:3307/na%20me"
                + "?pool=9&timeout=7&connect_timeout=2&ssl_mode=required")
        #expect(settings.user == "us@er")
        #expect(settings.password.reveal() == "p@ss/w:rd?#%")
        #expect(settings.host == "::1")
        #expect(settings.port == 3307)
        #expect(settings.database == "na me")
        #expect(settings.pool == 9)
        #expect(settings.timeout == .seconds(7))
        #expect(settings.connectTimeout == .seconds(2))
        #expect(settings.tls == .required)
        #expect(settings.description == "mysql://us@er@[::1]:3307/na me")
    }

    @Test("What is left out has its default")
    func defaults() throws {
        let settings = try MySQLSettings(url: "mysql://root@db.example/gateway")
        #expect(settings.port == 3306)
        #expect(settings.password.reveal() == "")
        #expect(settings.pool == 4)
        #expect(settings.tls == .preferred)
        #expect(settings.authorities == nil)
    }

    @Test("Whoever names an authority wants the server's certificate verified, unless the mode says otherwise")
    func authorities() throws {
        #expect(try MySQLSettings(url: "mysql://u:p@h/d?ssl_ca=/ca.pem").tls == .verifyIdentity)
        #expect(try MySQLSettings(url: "mysql://u:p@h/d?ssl_ca=/ca.pem&ssl_mode=required").tls == .required)
        #expect(try MySQLSettings(url: "mysql://u:p@h/d?ssl_mode=required&ssl_ca=/ca.pem").tls == .required)
    }

    @Test(
        "What is wrong is named, and the secret is not",
        arguments: [
            ("postgres://u:hunter2@h/d", MySQLSettings.URLError.notMySQL), ("mysql://h/d", .noUser),
            ("mysql://:hunter2@h/d", .noUser), ("mysql://u:hunter2@/d", .noHost), ("mysql://u:hunter2@h", .noDatabase),
            ("mysql://u:hunter2@h/", .noDatabase), ("mysql://u:hunter2@h/a/b", .noDatabase),
            ("mysql://u:hunter2@h:0/d", .badPort), ("mysql://u:hunter2@h:70000/d", .badPort),
            ("mysql://u:hunter2@h:x/d", .badPort), ("mysql://u:hunter2@[::1]x/d", .badPort),
            ("mysql://u:hunter2%2@h/d", .badEscape), ("mysql://u:hunter2%zz@h/d", .badEscape),
            ("mysql://u:hunter2%00@h/d", .badEscape), ("mysql://u:hunter2%FF@h/d", .badEscape),
            ("mysql://u:hunter2@h/d#x", .badEscape), ("mysql://u:hunter2@h/d?pol=4", .unknownOption("pol")),
            ("mysql://u:hunter2@h/d?pool=0", .badOption("pool", wants: "a number from 1 to 64")),
            ("mysql://u:hunter2@h/d?pool=", .badOption("pool", wants: "a number from 1 to 64")),
            (
                "mysql://u:hunter2@h/d?ssl_mode=maybe",
                .badOption("ssl_mode", wants: "disabled, preferred, required, verify_identity")
            ),
        ])
    func refused(url: String, problem: MySQLSettings.URLError) {
        #expect(throws: problem) { try MySQLSettings(url: url) }
        #expect(!problem.text.contains("hunter2"))
        #expect(!problem.text.isEmpty)
    }

    @Test("However settings are printed, the password is not")
    func printed() throws {
        let settings = try MySQLSettings(url: "mysql://u:hunter2@h/d")
        #expect(!"\(settings) \(String(reflecting: settings))".contains("hunter2"))
        var text = ""
        dump(settings, to: &text)
        #expect(!text.contains("hunter2"))
    }
}

@Suite("Whether a transaction is tried again")
struct SQLRetryTests {
    @Test("A victim of a deadlock is, after a pause that grows, but not for ever")
    func victims() {
        for attempt in 1..<SQLRetry.mostVictims {
            let verdict = SQLRetry.decide(.victim, attempt: attempt, took: .zero, chance: 0)
            #expect(verdict == .again(after: .milliseconds(5 * attempt)))
        }
        #expect(SQLRetry.decide(.victim, attempt: SQLRetry.mostVictims, took: .zero, chance: 0) == .fails)
        #expect(SQLRetry.decide(.victim, attempt: 1, took: .seconds(3), chance: 0) == .fails)
    }

    @Test("A connection that turns out to be closed is made anew once; one that hung is not")
    func lost() {
        #expect(SQLRetry.decide(.lost, attempt: 1, took: .milliseconds(3), chance: 0) == .again(after: .zero))
        #expect(SQLRetry.decide(.lost, attempt: 2, took: .milliseconds(3), chance: 0) == .fails)
        #expect(SQLRetry.decide(.lost, attempt: 1, took: .seconds(5), chance: 0) == .fails)
    }

    @Test("What may have been committed is never tried again, and neither is a fault of the statement")
    func never() {
        #expect(SQLRetry.decide(.lostInCommit, attempt: 1, took: .zero, chance: 0) == .fails)
        #expect(SQLRetry.decide(nil, attempt: 1, took: .zero, chance: 0) == .fails)
    }
}

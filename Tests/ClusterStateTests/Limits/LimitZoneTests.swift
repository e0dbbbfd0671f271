import GatewayTypes
import JSON
import Testing

@testable import ClusterState

@Suite struct LimitZoneTests {
    private static let hour: Int64 = 3_600_000
    /// 2026-03-10T12:00:00Z
    private static let noon: Int64 = 1_773_144_000_000

    private static func subject(_ zone: String?) -> LimitSubject {
        LimitSubject(
            owner: .token, id: "t",
            limits: limits {
                $0.requestsPerDay = 1
                $0.zone = zone
            })
    }

    private static func isAdmitted(_ ledger: inout LimitLedger, _ subject: LimitSubject, at time: Int64) -> Bool {
        guard case .admitted = ledger.admit([subject], reserving: Reservation(tokens: 1, cost: nil), at: time) else {
            return false
        }
        return true
    }

    @Test(
        "A daily limit begins anew at midnight of its zone",
        arguments: [(nil, 12), ("Asia/Tokyo", 3), ("America/New_York", 16), ("Europe/Berlin", 11)] as [(String?, Int64)]
    )
    func daysOfTheZone(zone: String?, hoursToMidnight: Int64) {
        var ledger = LimitLedger()
        let midnight = Self.noon + hoursToMidnight * Self.hour
        #expect(Self.isAdmitted(&ledger, Self.subject(zone), at: Self.noon))
        #expect(!Self.isAdmitted(&ledger, Self.subject(zone), at: midnight - 1))
        #expect(Self.isAdmitted(&ledger, Self.subject(zone), at: midnight))
    }

    @Test("Another zone counts from the end of the open day, so that changing it gives no second allowance")
    func changedZone() {
        var ledger = LimitLedger()
        #expect(Self.isAdmitted(&ledger, Self.subject(nil), at: Self.noon))
        #expect(!Self.isAdmitted(&ledger, Self.subject("Asia/Tokyo"), at: Self.noon + 4 * Self.hour))
        #expect(Self.isAdmitted(&ledger, Self.subject("Asia/Tokyo"), at: Self.noon + 12 * Self.hour))
        #expect(!Self.isAdmitted(&ledger, Self.subject("Asia/Tokyo"), at: Self.noon + 26 * Self.hour))
        #expect(Self.isAdmitted(&ledger, Self.subject("Asia/Tokyo"), at: Self.noon + 27 * Self.hour))
    }

    @Test("After a restart a zone's day has used what the ledger says of that day, not of UTC's")
    func seededByZone() async throws {
        let first = try await Node()
        let new = NewToken(
            user: "ann", name: "laptop",
            limits: limits {
                $0.requestsPerDay = 3
                $0.zone = "Asia/Tokyo"
            })
        _ = try await first.store.createUser(NewUser(username: "ann"))
        let token = try await first.store.createToken(new).row
        // Tokyo's 10 March ends at 15:00 UTC, so one of these is in the day of 16:00 UTC.
        for (number, hours) in [(1, 0), (2, 2), (3, 4)] as [(Int, Int64)] {
            let row = finished(opening(number, token: token.id, time: Self.noon + hours * Self.hour))
            first.ledger.settled(row, openedIn: first.ledger.opened(row))
        }
        #expect(await first.ledger.flush())
        first.clock.advance(4 * Self.hour)
        try await first.limits.seed()
        let subject = LimitSubject(owner: .token, id: token.id, limits: token.limits)
        let hold = try first.limits.admitNow(
            opening(4, token: token.id), subjects: [subject], reservation: Reservation(tokens: 1, cost: nil))
        #expect(hold.rates.requests?.remaining == 1)
        #expect(hold.rates.requests?.reset == .seconds(23 * 3600))
        hold.settle(finished(opening(4, token: token.id)))
    }

    @Test(
        "Zone and outage rules come back as they were written",
        arguments: [
            #"{"requests_per_day":5,"zone":"Europe/Berlin"}"#, #"{"usd_per_day":"1.5","on_outage":"refuse"}"#,
            #"{"requests_per_day":5,"on_outage":{"requests_per_day":"allow","usd_per_month":"refuse"}}"#, "{}",
        ])
    func roundTrip(text: String) throws {
        #expect(try Limits(json: JSONValue.parse(Array(text.utf8))).jsonText == text)
    }

    @Test("Share is the rule of every limit that states no other")
    func outageDefault() throws {
        let text = #"{"usd_per_day":1,"on_outage":{"usd_per_day":"allow","usd_per_month":"share"}}"#
        let read = try Limits(json: JSONValue.parse(Array(text.utf8)))
        #expect(read.onOutage[.usdPerDay] == .allow)
        for kind in LimitKind.allCases where kind != .usdPerDay { #expect(read.onOutage[kind] == .share) }
    }

    @Test(
        "A wrong zone or outage rule is refused by its field",
        arguments: [
            (#"{"zone":"Mars/Olympus"}"#, "limits.zone"), (#"{"zone":7}"#, "limits.zone"),
            (#"{"on_outage":"maybe"}"#, "limits.on_outage"), (#"{"on_outage":3}"#, "limits.on_outage"),
            (#"{"on_outage":{"usd_per_day":"maybe"}}"#, "limits.on_outage.usd_per_day"),
            (#"{"on_outage":{"per_day":"share"}}"#, "limits.on_outage.per_day"),
        ])
    func refused(text: String, field: String) throws {
        let json = try JSONValue.parse(Array(text.utf8))
        do throws(ControlStoreError) {
            _ = try Limits(json: json)
            Issue.record("accepted")
        } catch .invalid(let name, _) { #expect(name == field) } catch { Issue.record("\(error)") }
    }

    @Test("A zone that the database has lost leaves the limits readable")
    func lostZone() throws {
        let read = try Limits(stored: #"{"requests_per_day":5,"zone":"Atlantis/Capital"}"#)
        #expect(read.requestsPerDay == 5)
        #expect(CalendarWindow.day(containing: 0, in: read.zone) == CalendarWindow.day(containing: 0))
    }
}

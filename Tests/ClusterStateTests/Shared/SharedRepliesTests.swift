import RedisClient
import Testing

@testable import ClusterState

/// What Redis answers about streams and its memory, right and wrong.
@Suite struct SharedRepliesTests {
    private func words(_ texts: [String]) -> [RedisReply] { texts.map { .bytes(Array($0.utf8)) } }

    @Test("A take reads back; an entry without a row, or with one that is none, is kept as it came")
    func take() throws {
        let row = opening(4)
        let reply = RedisReply.array(
            words(["5-1"]) + [.integer(9), .integer(1)] + words(["6-0"])
                + [.array(words(["row"]) + [.bytes(row.journalBytes)])] + words(["6-1"])
                + [.array(words(["row", "{}"]))] + words(["6-2"]) + [.array(words(["a", "b"]))])
        let take = try #require(StreamTake(reply, shard: 3))
        #expect(take.moved == StreamPlace("5-1") && take.length == 9 && take.isMover)
        #expect(take.entries.map(\.row) == [row, nil, nil])
        #expect(take.entries.map(\.bytes) == [row.journalBytes, Array("{}".utf8), Array("a b".utf8)])
    }

    @Test("In a Redis without memory nothing was moved")
    func empty() throws {
        let take = try #require(StreamTake(.array(words([""]) + [.integer(0), .integer(0)]), shard: 0))
        #expect(take.moved == nil && !take.isMover && take.entries.isEmpty)
    }

    @Test("Any other answer is none")
    func garbage() {
        let bad: [RedisReply?] = [
            nil, .null, .integer(1), .array([]), .array(words(["1-1", "x", "1"])),
            .array(words(["1-1"]) + [.integer(1), .integer(1)] + words(["6-0"])),
            .array(words(["1-1"]) + [.integer(1), .integer(1)] + words(["no place", "x"])),
        ]
        for reply in bad { #expect(StreamTake(reply, shard: 0) == nil) }
        for reply in bad { #expect(BootMarker(reply) == nil) }
    }

    @Test(
        "An end's answer tells whether the hold was there, and where its row is",
        arguments: [("5-0", true, "5-0"), ("", true, nil), ("-5-0", false, "5-0"), ("-", false, nil)])
    func settlement(text: String, wasOpen: Bool, place: String?) throws {
        let answer = try #require(SettleAnswer(words([text])[0]))
        #expect(answer.wasOpen == wasOpen && answer.place == place.map { Array($0.utf8) })
        #expect(SettleAnswer(.null) == nil && SettleAnswer(.integer(1)) == nil)
    }

    @Test("A boot marker tells which rows are nobody else's to tell: by name, from the first start that has spoken")
    func marker() throws {
        let fields = [
            "run", "r", "life", "17-abcdefgh", "speakers", "3", "unseeded", "2", "eabcdefgh", "1", "since", "5",
            "sabcdefgh", "100 node a", "sbbbbbbbb", "90 node a", "scccccccc", "7 b", "sdddddddd", "broken",
        ]
        let marker = try #require(BootMarker(.array(words(fields))))
        #expect(marker.life == "17-abcdefgh" && marker.speakers == 3 && marker.isAgain)
        #expect(marker.spoken.starts == ["node a": 90, "b": 7] && marker.spoken.first == 7)
        #expect(BootMarker(.array(words(["run", "r", "life", "l", "speakers", "3", "seeded", "1"]))) == nil)
        let node = LiveNode(id: "node a", epoch: "abcdefgh", startedAt: 100)
        #expect(BootMarker.speaker(node) == "100 node a")
    }
}

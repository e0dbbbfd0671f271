internal import GatewayTypes

/// What has become of a cooldown, as all nodes hear it. Times are this node's Unix milliseconds.
enum CooldownNews: Sendable, Equatable {
    case cooled(CooldownKey, until: Int64, reason: CooldownReason)
    case opened(CooldownKey, until: Int64, openings: Int)
    case probing(CooldownKey, until: Int64)
    case closed(CooldownKey)
    case released(CooldownKey)
    case cleared(CooldownKey)
    case clearedAll

    /// - Parameters:
    ///   - verb: as the scripts say it.
    ///   - milliseconds: from now on.
    ///   - detail: a reason or a number of openings.
    init?(verb: String, milliseconds: Int64, detail: String, key: String, now: Int64) {
        if verb == "clear_all" {
            self = .clearedAll
            return
        }
        guard let key = CooldownKey(text: key) else { return nil }
        let until = now + milliseconds
        switch verb {
        case "cool":
            guard let reason = CooldownReason(rawValue: detail) else { return nil }
            self = .cooled(key, until: until, reason: reason)
        case "open":
            guard let openings = Int(detail) else { return nil }
            self = .opened(key, until: until, openings: openings)
        case "probe": self = .probing(key, until: until)
        case "close": self = .closed(key)
        case "free": self = .released(key)
        case "clear": self = .cleared(key)
        default: return nil
        }
    }
}

/// One message of the channel: `memory sequence verb milliseconds detail key`.
struct CooldownMessage: Sendable, Equatable {
    /// Which memory of Redis has taken the change: one that was lost had another name.
    var memory: String
    /// Counts the changes of that memory.
    var sequence: Int
    var news: CooldownNews
    /// Of a probe: its name.
    var detail: String

    init?(_ bytes: [UInt8], now: Int64) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let words = text.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 6, let sequence = Int(words[1]), let milliseconds = Int64(words[3]),
            let news = CooldownNews(
                verb: words[2], milliseconds: milliseconds, detail: words[4], key: words[5], now: now)
        else { return nil }
        memory = words[0]
        self.sequence = sequence
        self.news = news
        detail = words[4]
    }
}

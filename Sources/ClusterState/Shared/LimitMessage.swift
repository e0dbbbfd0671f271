/// What nodes tell each other about limits, over `SharedKeys.channel`.
enum LimitMessage: Equatable {
    /// A request would fit into this counter if other nodes gave their leases back.
    case wantsRoom(from: String, counter: String)
    /// Redis has lost its memory: everyone is to say what they let in.
    case reportAll(from: String)
    /// A node is no more.
    case gone(String)

    var text: String {
        switch self {
        case .wantsRoom(let epoch, let counter): "room \(epoch) \(counter)"
        case .reportAll(let epoch): "report \(epoch)"
        case .gone(let epoch): "gone \(epoch)"
        }
    }

    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        let words = text.split(separator: " ", maxSplits: 2)
        if words.count == 3, words[0] == "room" {
            self = .wantsRoom(from: String(words[1]), counter: String(words[2]))
        } else if words.count == 2, words[0] == "report" {
            self = .reportAll(from: String(words[1]))
        } else if words.count == 2, words[0] == "gone" {
            self = .gone(String(words[1]))
        } else {
            return nil
        }
    }
}

extension SharedKeys {
    /// The shard of a counter's key.
    static func shard(ofCounter key: String) -> Int? {
        guard key.hasPrefix("sy:{"), let end = key.firstIndex(of: "}"),
            let shard = Int(key[key.index(key.startIndex, offsetBy: 4)..<end]), (0..<shardCount).contains(shard)
        else { return nil }
        return shard
    }
}

internal import JSON

/// A node as the others see it.
public struct LiveNode: Sendable, Equatable {
    public var id: String
    /// 8 characters that no other start of any node has.
    public var epoch: String
    public var address: String
    public var version: String
    /// Unix milliseconds.
    public var startedAt: Int64
    /// Unix milliseconds of its last sign of life, by Redis's clock.
    public var lastSeen: Int64
    /// The version of the configuration that it works with.
    public var configurationVersion: Int

    public init(
        id: String, epoch: String, address: String, version: String, startedAt: Int64, lastSeen: Int64 = 0,
        configurationVersion: Int = 0
    ) {
        self.id = id
        self.epoch = epoch
        self.address = address
        self.version = version
        self.startedAt = startedAt
        self.lastSeen = lastSeen
        self.configurationVersion = configurationVersion
    }

    /// What a heartbeat says.
    var description: [UInt8] {
        JSONWriter.bytes {
            $0.object {
                $0.member("id", id)
                $0.member("address", address)
                $0.member("version", version)
                $0.member("started", Int(startedAt))
                $0.member("configuration", configurationVersion)
            }
        }
    }

    /// A field of the hash of nodes: 13 digits of time, a space, the description.
    init?(epoch: String, stored bytes: [UInt8]) {
        let digits = bytes.prefix { $0 != UInt8(ascii: " ") }
        guard let seen = Int64(String(decoding: digits, as: UTF8.self)),
            let json = try? JSONValue.parse(Array(bytes.dropFirst(digits.count + 1))), let id = json["id"]?.string
        else { return nil }
        self.init(
            id: id, epoch: epoch, address: json["address"]?.string ?? "", version: json["version"]?.string ?? "",
            startedAt: Int64(json["started"]?.int ?? 0), lastSeen: seen,
            configurationVersion: json["configuration"]?.int ?? 0)
    }
}

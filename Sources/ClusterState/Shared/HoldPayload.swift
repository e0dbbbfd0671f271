internal import GatewayTypes
internal import JSON

/// An open request as it lies in Redis: enough for another node to settle it when its own has died. The scripts read
/// nothing of it but put the minute, a double, before it.
///
/// Doubles: minute, tokens and picodollars reserved (-1: no price), count of counters; for each counter the length of its
/// key, day, month, and the key; then the opening row as the journal has it.
struct HoldPayload {
    var reservation: Reservation
    var charges: [SharedHold.Charge]
    var opening: UsageRecord

    /// - Parameter row: the opening's `journalBytes`.
    static func encode(_ reservation: Reservation, _ charges: [SharedHold.Charge], row: [UInt8]) -> [UInt8] {
        var numbers = PackedNumbers(capacity: 24 + charges.count * 96 + row.count)
        numbers.append(reservation.tokens)
        numbers.append(reservation.cost?.picodollars ?? -1)
        numbers.append(charges.count)
        for charge in charges {
            numbers.append(charge.key.utf8.count)
            numbers.append(charge.day)
            numbers.append(charge.month)
            numbers.append(charge.key)
        }
        numbers.append(row)
        return numbers.bytes
    }

    /// As Redis has it, the minute first.
    static func withMinute(_ minute: Int64, _ payload: [UInt8]) -> [UInt8] {
        var numbers = PackedNumbers(capacity: 8 + payload.count)
        numbers.append(minute)
        numbers.append(payload)
        return numbers.bytes
    }

    /// This hold with what was counted of it in the place of what was reserved: so a guess is kept.
    func counted(_ amount: Reservation) -> [UInt8] {
        Self.withMinute(charges.first?.minute ?? 0, Self.encode(amount, charges, row: opening.journalBytes))
    }

    /// - Returns: `nil` for bytes that are none.
    init?(stored bytes: [UInt8]) {
        var reader = PackedReader(bytes)
        let minute = Int64(reader.integer())
        let tokens = reader.integer()
        let cost = reader.integer()
        reservation = Reservation(tokens: tokens, cost: cost < 0 ? nil : USD(picodollars: Int64(cost)))
        let count = reader.integer()
        guard (0...16).contains(count) else { return nil }
        charges = []
        for _ in 0..<count {
            let length = reader.integer()
            let (day, month) = (Int64(reader.integer()), Int64(reader.integer()))
            guard let key = reader.text(length) else { return nil }
            charges.append(SharedHold.Charge(place: 0, key: key, minute: minute, day: day, month: month))
        }
        guard let opening = UsageRecord(payload: reader.rest) else { return nil }
        self.opening = opening
    }
}

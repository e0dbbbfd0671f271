/// Pieces that bytes come in: the same for the same bytes, so that a failing case fails again.
enum Cuts {
    static func of(_ bytes: [UInt8]) -> [[UInt8]] {
        var state = bytes.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let size = 1 + Int(state >> 33) % (state & 64 == 0 ? 7 : 211)
            let end = min(start + size, bytes.count)
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }
}

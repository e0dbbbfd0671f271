/// Finds what a caller may have meant.
enum NearNames {
    /// At most three names, nearest first: those that contain the asked name, or differ by a third of its letters at most.
    static func nearest(to asked: String, among names: [String]) -> [String] {
        let asked = Array(asked.lowercased().utf8.prefix(128))
        guard !asked.isEmpty else { return [] }
        let wanted = asked.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? asked
        var ranked: [(distance: Int, name: String)] = []
        for name in names.prefix(5000) {
            let whole = Array(name.lowercased().utf8)
            let tail = whole.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? whole
            let distance = min(self.distance(asked, whole), self.distance(wanted, tail) + 1)
            if distance <= max(2, asked.count / 3) { ranked.append((distance, name)) }
        }
        return ranked.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// Levenshtein's distance.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            current.reserveCapacity(right.count + 1)
            for (column, other) in right.enumerated() {
                current.append(
                    min(previous[column] + (byte == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}

/// A small seeded generator, so that a route is a pure function of its arguments and nodes agree on it.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A random order in which each next element is drawn with a probability in true proportion to its weight; elements of
    /// weight zero come last, in their own order.
    mutating func shuffled<Element>(_ elements: [Element], weight: (Element) -> Double) -> [Element] {
        // Sums of weights must stay finite, whatever a configuration says.
        func share(_ element: Element) -> Double { min(max(0, weight(element)), 1e100) }
        var left = elements
        var order: [Element] = []
        order.reserveCapacity(elements.count)
        while left.count > 1 {
            let total = left.reduce(0) { $0 + share($1) }
            guard total > 0 else { break }
            var point = Double.random(in: 0..<total, using: &self)
            var chosen = left.lastIndex { share($0) > 0 } ?? 0
            for (index, element) in left.enumerated() where share(element) > 0 {
                point -= share(element)
                if point < 0 {
                    chosen = index
                    break
                }
            }
            order.append(left.remove(at: chosen))
        }
        return order + left
    }
}

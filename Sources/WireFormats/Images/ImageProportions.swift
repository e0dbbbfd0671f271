/// Width to height of a picture.
struct ImageProportions: Sendable, Equatable {
    let width: Int
    let height: Int

    static let imagen = of([(1, 1), (3, 4), (4, 3), (9, 16), (16, 9)])
    static let gemini = imagen + of([(2, 3), (3, 2), (4, 5), (5, 4), (21, 9)])

    private static func of(_ pairs: [(Int, Int)]) -> [ImageProportions] { pairs.map { Self(width: $0, height: $1) } }

    private init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// - Parameter size: in pixels, as `1536x1024`.
    init?(_ size: String) {
        let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sides.count == 2, sides.allSatisfy({ $0 > 0 && $0 <= 65_536 }) else { return nil }
        self.init(width: sides[0], height: sides[1])
    }

    /// As Google's models are told it.
    var text: String { "\(width):\(height)" }

    func isSame(as other: ImageProportions?) -> Bool { other.map { width * $0.height == height * $0.width } ?? false }

    /// The one of `choices` that needs the least stretching.
    func nearest(of choices: [ImageProportions]) -> ImageProportions? {
        func stretch(_ other: ImageProportions) -> Double {
            let factor = Double(width * other.height) / Double(height * other.width)
            return max(factor, 1 / factor)
        }
        return choices.min { stretch($0) < stretch($1) }
    }
}

/// Elements in a list whose places are reused, so that neither adding nor removing one hashes anything.
struct PlaceList<Element: Sendable>: Sendable {
    private var places: [Element?] = []
    private var free: [Int] = []

    var all: [Element] { places.compactMap { $0 } }

    var count: Int { places.count - free.count }

    mutating func reserve() -> Int {
        if let place = free.popLast() { return place }
        places.append(nil)
        return places.count - 1
    }

    mutating func put(_ element: Element, at place: Int) { places[place] = element }

    mutating func remove(_ place: Int) {
        places[place] = nil
        free.append(place)
    }
}

internal import GatewayTypes
internal import Glibc
internal import JSON
internal import Threading

/// The usage rows that the database does not have yet, in files that survive `kill -9` (the power going off may take the
/// last seconds). A segment is done with when every request opened in it is settled somewhere, every row settled in it is in the
/// database and Redis has been told of its requests; its file then becomes one of the next segments.
///
/// `@unchecked Sendable`: everything that changes is guarded by `lock`, which all loops share: what is done under it is a
/// copy of some hundred bytes.
final class UsageJournal: @unchecked Sendable {
    private let lock = ThreadLock()
    let directory: String
    private let segmentSize: Int
    private let lockDescriptor: Int32
    private var current: JournalSegment?
    private var spares: [JournalSegment] = []
    private var segments: [Int: JournalSegment] = [:]
    /// Those of an earlier process, in order.
    private var left: [Int] = []
    private var nextNumber = 1
    private var isRefusing = false

    /// Files that are kept for the next segments: about what a busy node fills between two writes to the database.
    private static let mostSpares = 3

    /// Opens the journal in `directory`, which is made if need be, and finds what an earlier process left.
    /// - Throws: when the directory cannot be used or another process uses it.
    init(directory: String, segmentSize: Int = 4 << 20) throws(JournalError) {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else {
            throw JournalError("cannot make \(directory)", errno)
        }
        self.directory = directory
        self.segmentSize = segmentSize
        lockDescriptor = Glibc.open("\(directory)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lockDescriptor >= 0 else { throw JournalError("cannot open \(directory)/lock", errno) }
        guard Self.locks(lockDescriptor) else {
            let code = errno
            close(lockDescriptor)
            throw JournalError("\(directory) is used by another process", code)
        }
    }

    /// Waits a moment for a process that is just ending, or for a child that has not yet let go of our descriptors.
    private static func locks(_ descriptor: Int32) -> Bool {
        for _ in 0..<50 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(10_000)
        }
        return false
    }

    deinit { close(lockDescriptor) }

    // MARK: - On the request's path

    /// - Returns: the segment that has the opening; `nil` when it could not be written.
    func opened(_ payload: [UInt8]) -> (segment: Int?, wantsSpare: Bool) {
        lock.withLock {
            guard let segment = append(.opened, payload) else { return (nil, true) }
            segment.openings += 1
            return (segment.number, spares.isEmpty)
        }
    }

    func checkpoint(_ payload: [UInt8]) { lock.withLock { _ = append(.checkpoint, payload) } }

    /// - Parameter openedIn: the segment with the opening, which this closes.
    /// - Returns: the segment that has the row; `nil` when it could not be written: the opening then stays open.
    func settled(_ payload: [UInt8], openedIn: Int?) -> Int? {
        lock.withLock {
            guard let segment = append(.settled, payload) else { return nil }
            segment.unpersisted += 1
            if let openedIn { segments[openedIn]?.openings -= 1 }
            return segment.number
        }
    }

    /// - Returns: the segment that has it; `nil` when it could not be written.
    func untold(_ payload: [UInt8]) -> Int? {
        lock.withLock {
            guard let segment = append(.untold, payload) else { return nil }
            segment.untold += 1
            return segment.number
        }
    }

    private func append(_ kind: JournalRecord.Kind, _ payload: [UInt8]) -> JournalSegment? {
        if isRefusing { return nil }
        if let current, current.append(kind, payload) { return current }
        guard payload.count < segmentSize / 2, let fresh = takeSpare() else { return nil }
        segments[fresh.number] = fresh
        current = fresh
        return fresh.append(kind, payload) ? fresh : nil
    }

    private func takeSpare() -> JournalSegment? {
        // In order of their numbers: a request's records are read in the order they were written in.
        if !spares.isEmpty { return spares.removeFirst() }
        nextNumber += 1
        return try? JournalSegment(creating: nextNumber - 1, in: directory, capacity: segmentSize)
    }

    // MARK: - Behind it

    /// Makes the next segment ready, on a thread that may wait.
    func prepareSpare() {
        let number = lock.withLock { () -> Int? in
            guard spares.isEmpty, !isRefusing else { return nil }
            nextNumber += 1
            return nextNumber - 1
        }
        guard let number,
            let segment = try? JournalSegment(creating: number, in: directory, capacity: segmentSize)
        else { return }
        segment.touch()
        keep(segment)
    }

    /// Not where one with a higher number has been begun meanwhile, or nothing more is to be written.
    private func keep(_ spare: JournalSegment) {
        let isKept = lock.withLock {
            guard !isRefusing, spare.number > current?.number ?? 0 else { return false }
            spares.append(spare)
            return true
        }
        if !isKept { spare.remove() }
    }

    /// Rows are no longer in memory; they must be read again from their segment.
    func spill(_ segment: Int) { lock.withLock { segments[segment]?.spilled += 1 } }

    /// The database has these rows; `segments` are those they were settled in, once for each row, and `opened` those of
    /// openings whose settlement could not be written.
    func persisted(_ settledIn: [Int], opened: [Int]) {
        lock.withLock {
            for number in settledIn { segments[number]?.unpersisted -= 1 }
            for number in opened { segments[number]?.openings -= 1 }
        }
    }

    /// The segments with rows that are no longer in memory.
    func spilledSegments() -> [Int] {
        lock.withLock { segments.values.filter { $0.spilled > 0 }.map(\.number).sorted() }
    }

    /// What there is to read again in a segment: rows settled in it, some of which the database may have.
    func spilledRows(of number: Int) -> (rows: [UsageRecord], count: Int) {
        guard let (segment, end, count) = lock.withLock({ segments[number].map { ($0, $0.used, $0.spilled) } }) else {
            return ([], 0)
        }
        var rows: [UsageRecord] = []
        segment.each(upTo: end) { record in
            if record.kind == .settled, let row = UsageRecord(payload: record.payload) { rows.append(row) }
        }
        return (rows, count)
    }

    /// The database has the rows that `spilledRows` counted.
    func unspilled(_ number: Int, _ count: Int) {
        lock.withLock {
            segments[number]?.spilled -= count
            segments[number]?.unpersisted -= count
        }
    }

    /// Redis has been told of requests: how many of each segment.
    func told(_ counts: [Int: Int]) {
        lock.withLock { for (number, count) in counts { segments[number]?.untold -= count } }
    }

    /// The segments of an earlier process with requests that Redis may have to be told of.
    func leftUntold() -> [Int] { lock.withLock { left.filter { (segments[$0]?.untold ?? 0) > 0 } } }

    /// The payloads of such requests.
    func untold(in number: Int) -> [[UInt8]] {
        guard let (segment, end) = lock.withLock({ segments[number].map { ($0, $0.used) } }) else { return [] }
        var payloads: [[UInt8]] = []
        segment.each(upTo: end) { if $0.kind == .untold { payloads.append($0.payload) } }
        return payloads
    }

    /// Removes the segments that nothing needs any more, or makes spare ones of them.
    func removeFinished() {
        let finished = lock.withLock {
            let finished = segments.values.filter { $0 !== current && $0.isFinished }
            for segment in finished { segments[segment.number] = nil }
            return finished
        }
        for segment in finished where !renew(segment) { segment.remove() }
    }

    private func renew(_ segment: JournalSegment) -> Bool {
        let number = lock.withLock { () -> Int? in
            // The file of an earlier process may have been copied since, and have room in name only.
            guard spares.count < Self.mostSpares, !left.contains(segment.number), !isRefusing else { return nil }
            nextNumber += 1
            return nextNumber - 1
        }
        guard let number, let spare = try? JournalSegment(renewing: segment, as: number, in: directory) else {
            return false
        }
        keep(spare)
        return true
    }

    /// After the last row: an empty journal leaves no files behind.
    func finish() {
        lock.withLock { isRefusing = true }
        removeFinished()
        let rest = lock.withLock {
            var rest = spares
            if let current, current.isFinished {
                rest.append(current)
                segments[current.number] = nil
            }
            spares = []
            current = nil
            return rest
        }
        for segment in rest { segment.remove() }
    }

    /// Writes fail from now on, or no longer: a full disk for tests.
    func refuseWrites(_ isRefusing: Bool) { lock.withLock { self.isRefusing = isRefusing } }

    var segmentCount: Int { lock.withLock { segments.count } }

    // MARK: - At the start

    /// Takes over the segments of an earlier process: their settled rows wait as spilled ones, and each request that was
    /// opened and not settled is returned as an abandoned row, for the caller to settle. Doing it twice changes nothing,
    /// as rows are unique by id.
    func recover() -> [UsageRecord] {
        var open: [String: (opening: UsageRecord, progress: UsageProgress)] = [:]
        var found: [JournalSegment] = []
        for (number, path) in leftovers() {
            lock.withLock { nextNumber = max(nextNumber, number + 1) }
            guard let segment = try? JournalSegment(reading: path, number: number) else {
                unlink(path)
                continue
            }
            segment.each(upTo: segment.used) { record in
                switch record.kind {
                case .opened:
                    if let row = UsageRecord(payload: record.payload) { open[row.id] = (row, UsageProgress()) }
                case .checkpoint:
                    guard let json = try? JSONValue.parse(record.payload), let id = json["id"]?.string else { return }
                    open[id]?.progress = UsageProgress(journal: json)
                case .settled:
                    guard let row = UsageRecord(payload: record.payload) else { return }
                    open[row.id] = nil
                    segment.spilled += 1
                case .untold: segment.untold += 1
                }
            }
            segment.unpersisted = segment.spilled
            found.append(segment)
        }
        lock.withLock {
            for segment in found { segments[segment.number] = segment }
            left = found.map(\.number)
        }
        return open.values.map { $0.progress.abandoning($0.opening) }.sorted { $0.id < $1.id }
    }

    private func leftovers() -> [(number: Int, path: String)] {
        guard let listing = opendir(directory) else { return [] }
        defer { closedir(listing) }
        var found: [(number: Int, path: String)] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let number = JournalSegment.number(of: name) { found.append((number, "\(directory)/\(name)")) }
        }
        return found.sorted { $0.number < $1.number }
    }
}

extension UsageRecord {
    /// - Returns: `nil` for bytes that are no record of the journal.
    init?(payload: [UInt8]) {
        guard let json = try? JSONValue.parse(payload) else { return nil }
        self.init(journal: json)
    }
}

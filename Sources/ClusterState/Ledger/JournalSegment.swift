internal import Glibc

/// One file of the journal, mapped into memory: what a killed process had written stays in the file, without a system call
/// a record.
///
/// `@unchecked Sendable`: `used` and the counts are guarded by the journal's lock; bytes below `used` never change.
final class JournalSegment: @unchecked Sendable {
    static let magic: UInt64 = 0x3130_4C4E_524A_5953  // "SYJRNL01"
    static let headerSize = 16

    let number: Int
    let path: String
    let capacity: Int
    private let base: UnsafeMutableRawPointer
    private(set) var used = headerSize

    /// Requests opened here and settled nowhere yet.
    var openings = 0
    /// Rows settled here that the database does not have yet.
    var unpersisted = 0
    /// Those of them that are no longer in memory.
    var spilled = 0
    /// Requests let in of which Redis has yet to be told.
    var untold = 0

    /// Whether nothing needs it any more, unless it is written to.
    var isFinished: Bool { openings <= 0 && unpersisted <= 0 && untold <= 0 }

    /// Makes a file whose space is already taken on the disk, so that a write to the mapping cannot fail later.
    init(creating number: Int, in directory: String, capacity: Int) throws(JournalError) {
        path = "\(directory)/\(Self.name(number))"
        self.number = number
        self.capacity = capacity
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError("cannot make \(path)", errno) }
        defer { close(descriptor) }
        let status = posix_fallocate(descriptor, 0, capacity)
        guard status == 0 else {
            unlink(path)
            throw JournalError("cannot take \(capacity) bytes for \(path)", status)
        }
        guard let base = Self.map(descriptor, capacity) else {
            let code = errno
            unlink(path)
            throw JournalError("cannot map \(path)", code)
        }
        self.base = base
        base.storeBytes(of: Self.magic, as: UInt64.self)
        base.storeBytes(of: UInt64(number), toByteOffset: 8, as: UInt64.self)
    }

    /// Opens what an earlier process left. A file without our header has no records.
    init(reading path: String, number: Int) throws(JournalError) {
        self.path = path
        self.number = number
        let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw JournalError("cannot open \(path)", errno) }
        defer { close(descriptor) }
        let length = Int(lseek(descriptor, 0, SEEK_END))
        // A file cut short is read up to where it was cut; an empty one cannot be mapped.
        guard length > 0 else { throw JournalError("\(path) is empty", 0) }
        guard let base = Self.map(descriptor, length) else { throw JournalError("cannot map \(path)", errno) }
        capacity = length
        self.base = base
        used = length >= Self.headerSize && base.load(as: UInt64.self) == Self.magic ? findEnd() : 0
    }

    deinit { munmap(base, capacity) }

    /// Touches every page, so that the first write to it does not wait for the kernel. For a thread that may wait.
    func touch() {
        for page in stride(from: 4096, to: capacity, by: 4096) {
            (base + page).storeBytes(of: 0, as: UInt8.self)
        }
    }

    /// - Returns: false when there is no room.
    func append(_ kind: JournalRecord.Kind, _ payload: [UInt8]) -> Bool {
        let size = JournalRecord.size(payload.count)
        guard !payload.isEmpty, size <= capacity - used else { return false }
        JournalRecord.write(kind, payload, at: base + used)
        used += size
        return true
    }

    /// Hands over the records below `end`, in order.
    func each(upTo end: Int, _ body: (JournalRecord) -> Void) {
        var at = Self.headerSize
        while at < end, let record = record(at: at) {
            body(record)
            at += JournalRecord.size(record.payload.count)
        }
    }

    func remove() { unlink(path) }

    private func record(at offset: Int) -> JournalRecord? {
        JournalRecord.read(UnsafeRawBufferPointer(start: base + offset, count: capacity - offset))
    }

    private func findEnd() -> Int {
        var at = Self.headerSize
        while let record = record(at: at) { at += JournalRecord.size(record.payload.count) }
        return at
    }

    private static func map(_ descriptor: Int32, _ length: Int) -> UnsafeMutableRawPointer? {
        let base = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        return base == MAP_FAILED ? nil : base
    }

    static func name(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".journal"
    }

    static func number(of name: String) -> Int? {
        guard name.hasSuffix(".journal") else { return nil }
        return Int(name.dropLast(8))
    }
}

/// Why the journal could not be opened or written; for operators.
public struct JournalError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
    /// `errno`, or 0.
    public var code: Int32

    init(_ what: String, _ code: Int32) {
        self.code = code
        description = code == 0 ? what : "\(what): \(String(cString: strerror(code)))"
    }
}

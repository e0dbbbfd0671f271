internal import Glibc

/// One file of the journal, mapped into memory: what a killed process had written stays in the file, without a system call
/// a record.
///
/// `@unchecked Sendable`: `used` and the counts are guarded by the journal's lock; bytes below `used` change only
/// when nothing needs them any more, and then nobody reads them.
final class JournalSegment: @unchecked Sendable {
    static let magic: UInt64 = 0x3230_4C4E_524A_5953  // "SYJRNL02"
    /// Of releases that took a new file for each segment.
    private static let oldMagic: UInt64 = 0x3130_4C4E_524A_5953  // "SYJRNL01"
    static let headerSize = 16

    let number: Int
    let path: String
    let capacity: Int
    private let mapping: Mapping
    private(set) var used = headerSize

    private var base: UnsafeMutableRawPointer { mapping.base }

    /// Outlives the segment when the file gets another number.
    private final class Mapping {
        let base: UnsafeMutableRawPointer
        private let length: Int

        init?(_ descriptor: Int32, _ length: Int) {
            let base = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
            guard let base, base != MAP_FAILED else { return nil }
            self.base = base
            self.length = length
        }

        deinit { munmap(base, length) }
    }

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
        guard let mapping = Mapping(descriptor, capacity) else {
            let code = errno
            unlink(path)
            throw JournalError("cannot map \(path)", code)
        }
        self.mapping = mapping
        writeHeader()
    }

    /// Takes over the file of a segment that nothing needs any more: its pages are in memory already, and making and
    /// unmaking files costs a busy node more than what it writes to them. The header comes first: under the new number no record
    /// of the old one is found, whatever the file's name.
    init(renewing old: JournalSegment, as number: Int, in directory: String) throws(JournalError) {
        path = "\(directory)/\(Self.name(number))"
        self.number = number
        capacity = old.capacity
        mapping = old.mapping
        writeHeader()
        guard rename(old.path, path) == 0 else { throw JournalError("cannot rename \(old.path)", errno) }
    }

    private func writeHeader() {
        base.storeBytes(of: UInt64(number), toByteOffset: 8, as: UInt64.self)
        base.storeBytes(of: Self.magic, as: UInt64.self)
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
        guard let mapping = Mapping(descriptor, length) else { throw JournalError("cannot map \(path)", errno) }
        capacity = length
        self.mapping = mapping
        used = length >= Self.headerSize && [Self.magic, Self.oldMagic].contains(magic) ? findEnd() : 0
    }

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
        JournalRecord.write(kind, payload, seed: seed, at: base + used)
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
        JournalRecord.read(
            UnsafeRawBufferPointer(start: base + offset, count: capacity - offset), seed: seed)
    }

    private var magic: UInt64 { base.load(as: UInt64.self) }

    /// What the records' checksums begin with. It follows from the number in the header, so that what an earlier segment left
    /// in the file is none of this one's.
    private var seed: UInt64 {
        let start: UInt64 = 0xCBF2_9CE4_8422_2325
        guard magic == Self.magic else { return start }
        return (start ^ base.load(fromByteOffset: 8, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
    }

    private func findEnd() -> Int {
        var at = Self.headerSize
        while let record = record(at: at) { at += JournalRecord.size(record.payload.count) }
        return at
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

import JSON
import Testing

@testable import WireFormats

/// One field of a format, and two texts that differ by it alone: a row of `Tests/Fidelity`.
struct FidelityRow: Sendable {
    /// Dotted, as callers are told it.
    var field: String
    var with: [UInt8]
    var without: [UInt8]
    /// The name it is told under where it is left out, if that is another.
    var alias: String?
    /// Why the field may get lost without a word.
    var why: String?
}

/// A file of rows about one format.
struct FidelityRows: Sendable {
    var rows: [FidelityRow]
    /// The path of the requests below the version prefix, where it says something.
    var path: String

    /// Each row's members stand in the place of the base's.
    init(_ file: String) throws {
        let table = try JSONValue.parse(ProjectFile.read("Tests/Fidelity/\(file).json"))
        let base = try #require(table["base"])
        path = table["path"]?.string ?? ""
        rows = try #require(table["rows"]).elements.map { row in
            FidelityRow(
                field: try #require(row["field"]?.string), with: Self.merged(base, try #require(row["with"])),
                without: row["without"].map { Self.merged(base, $0) } ?? base.raw, alias: row["as"]?.string,
                why: row["why"]?.string)
        }
    }

    private static func merged(_ base: JSONValue, _ row: JSONValue) -> [UInt8] {
        JSONWriter.bytes { json in
            json.object { json in
                for (key, value) in base.members where row[key] == nil { json.member(key, value) }
                for (key, value) in row.members where !value.isNull { json.member(key, value) }
            }
        }
    }
}

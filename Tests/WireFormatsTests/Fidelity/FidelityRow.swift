import JSON
import Testing

@testable import WireFormats

/// One field of a format, and two texts that differ by it alone: a row of `Tests/Fidelity`.
struct FidelityRow: Sendable {
    /// Dotted, as callers are told it.
    var field: String
    var with: [UInt8]
    var without: [UInt8]
    /// What stands in `with` alone, if the row says so.
    var value: [UInt8]?
    /// The names it may be told under where it is left out, if they are others.
    var aliases: [String] = []
    /// Why the field may get lost without a word.
    var why: String?
    /// The row speaks for everything in it, which goes or stays with it.
    var isWhole = false

    /// All names that callers may be told it under.
    var names: Set<String> { FieldPath(field).names.union([field]).union(aliases) }
}

/// A file of rows about one format.
struct FidelityRows: Sendable {
    var rows: [FidelityRow]
    /// The path of the requests below the version prefix, where it says something.
    var path: String

    /// The base, for a plain question.
    var base: [UInt8]

    /// The members of `with` and `without` stand in the place of the base's. A `value` is put where the row's name says, in
    /// the base or the first row above that has such a place.
    init(_ file: String) throws {
        let table = try JSONValue.parse(ProjectFile.read("Tests/Fidelity/\(file).json"))
        let base = try #require(table["base"])
        var examples = [base]
        self.base = base.raw
        path = table["path"]?.string ?? ""
        rows = []
        for row in try #require(table["rows"]).elements {
            let field = try #require(row["field"]?.string)
            let with: [UInt8]
            var without = row["without"].map { Self.merged(base, $0) } ?? base.raw
            if let members = row["with"] {
                with = Self.merged(base, members)
            } else {
                let value = try #require(row["value"], "\(field)")
                let place = FieldPath(field.split(separator: ":").first.map { String($0) } ?? field)
                let example = try #require(
                    examples.first { place.put(value, in: $0) != nil }, "no row above has a place for \(field)")
                with = place.put(value, in: example) ?? []
                without = example.raw
            }
            if row["value"]?.count != 0 { examples.append(try JSONValue.parse(with)) }
            rows.append(
                FidelityRow(
                    field: field, with: with, without: without, value: row["value"]?.raw,
                    aliases: row["as"].map { $0.string.map { [$0] } ?? $0.elements.compactMap(\.string) } ?? [],
                    why: row["why"]?.string, isWhole: row["whole"]?.bool == true))
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

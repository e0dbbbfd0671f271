/// `docs/recorded-traffic.md`: the figures as people read them, and as the tests compare them.
struct RecordedPage {
    static let path = "docs/recorded-traffic.md"

    /// Passed and total by row and column.
    private(set) var figures: [String: [String: RecordedTraffic.Count]] = [:]

    /// Reads the page's first table.
    init(_ text: String) {
        var head: [String] = []
        for line in text.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|").map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
            let names = line.split(separator: "|").map { String($0).trimmed }
            if head.isEmpty {
                head = names
                continue
            }
            guard names.count == head.count else { return }  // another table
            for (column, cell) in zip(head, cells).dropFirst() {
                let parts = cell.split(separator: "/").compactMap { Int($0) }
                guard parts.count == 2 else { continue }
                figures[names[0], default: [:]][column] = RecordedTraffic.Count(passed: parts[0], total: parts[1])
            }
        }
    }

    /// - Parameter reasons: of a miss.
    static func text(of traffic: RecordedTraffic, reason: (RecordedTraffic.Miss) -> String) -> String {
        let providers = traffic.exchanges.keys.sorted().filter { traffic.counts[$0] != nil }
        var lines = [
            "# Recorded traffic", "",
            "\(traffic.exchanges.values.reduce(0, +)) exchanges that open-source projects recorded with the real services of "
                + "\(traffic.exchanges.count) providers go",
            "through the wire formats in `Tests/WireFormatsTests/Recorded`. The recordings are not part of this project: the tests",
            "read them where `SWITCHYARD_CORPUS` says, and are switched off without them. This page is written by them",
            "(`SWITCHYARD_WRITE_RECORDED=1 swift test --filter RecordedTrafficTests`); they fail when a figure falls below what stands",
            "here, and when a miss has no reason.", "",
            "A cell says passed/total. *Requests*: the recorded request is accepted by the front of its own format, goes to its own",
            "provider, and to each of the six other formats or is refused with the name of the field that only its own provider",
            "keeps; its own gets the same bytes, but that the usage of a chat stream is asked for always. *Same bytes*: the answer passes",
            "through its own format byte for byte, in one piece and in pieces of 61 bytes (a chat stream without `[DONE]` is given one). A",
            "front's *whole* and *stream*: the answer, whole or streamed as it was recorded, is told to a caller of that front who",
            "asked for the one or the other; read back, it has the same text, thinking, signatures, tool calls, usage and finish",
            "reason, as far as the dialect has words for them (`UpstreamReading+Dialect.swift` says which it lacks). *Failures*: an",
            "error inside a 200, a cut stream or an unfinished answer is taken for complete by no front. *Errors*: an answer with an",
            "error status has a kind, and every front tells it in its own shape, whole and inside a stream.", "",
        ]
        lines.append("| Provider | Exchanges | \(RecordedTraffic.columns.joined(separator: " | ")) |")
        lines.append("|---|---|" + RecordedTraffic.columns.map { _ in "---|" }.joined())
        for provider in providers {
            let cells = RecordedTraffic.columns.map { column in
                traffic.counts[provider]?[column].map { "\($0.passed)/\($0.total)" } ?? ""
            }
            lines.append("| \(provider) | \(traffic.exchanges[provider] ?? 0) | \(cells.joined(separator: " | ")) |")
        }
        let sums = RecordedTraffic.columns.map { column in
            let sum = providers.compactMap { traffic.counts[$0]?[column] }.reduce(into: RecordedTraffic.Count()) {
                $0.passed += $1.passed
                $0.total += $1.total
            }
            return "\(sum.passed)/\(sum.total)"
        }
        lines.append("| all | \(traffic.exchanges.values.reduce(0, +)) | \(sums.joined(separator: " | ")) |")
        lines += ["", "## Misses and their reasons", ""]
        var groups: [String: Int] = [:]
        for miss in traffic.misses { groups["\(miss.provider) | \(miss.column) | \(reason(miss))", default: 0] += 1 }
        lines += ["Provider | Column | Reason | Misses", "---|---|---|---"]
        lines += groups.sorted { $0.key < $1.key }.map { "\($0.key) | \($0.value)" }
        let others = traffic.others.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        lines += [
            "", "## Not conversations", "",
            "These exchanges belong to other operations, to the operation's older forms, or hold no answer of it; those that this",
            "gateway has are covered by `TaskCorpusTests` and the tests of their formats; their errors are counted above:",
            others.joined(separator: ", ") + ".", "",
        ]
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// Without the spaces around it.
    fileprivate var trimmed: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}

/// Takes keys and network addresses out of text from a provider before a caller sees it.
enum SecretMask {
    private static let prefixes = [
        "sk-", "sk_", "pk-", "rk-", "gsk_", "xai-", "hf_", "pplx-", "nvapi-", "AIza", "fw_", "csk-", "r8_", "key-",
        "sy-", "AKIA", "ASIA", "ya29.", "eyJ", "tgp_", "dapi", "glpat-", "ghp_", "github_pat_", "ABSK",
    ]

    static func masked(_ text: String) -> String {
        var output = ""
        var word = ""
        var followsBearer = false
        func flush() {
            guard !word.isEmpty else { return }
            if isSecret(word, followsBearer: followsBearer) {
                output += "[key]"
            } else {
                output += isAddress(word) ? "[address]" : word
            }
            followsBearer = word.lowercased() == "bearer"
            word = ""
        }
        for scalar in text.unicodeScalars {
            if isPartOfWord(scalar) {
                word.unicodeScalars.append(scalar)
            } else {
                flush()
                output.unicodeScalars.append(scalar)
                if scalar != " " { followsBearer = followsBearer && scalar == ":" }
            }
        }
        flush()
        return output
    }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "*": true
        default: false
        }
    }

    private static func isSecret(_ word: String, followsBearer: Bool) -> Bool {
        let count = word.utf8.count
        if count >= 8, prefixes.contains(where: word.hasPrefix) {
            return word.contains(where: \.isNumber) || count >= 20 || word.contains("*")
        }
        if followsBearer, count >= 8 { return true }
        if word.utf8.count(where: { $0 == UInt8(ascii: "*") }) >= 3 { return true }
        // An account key without a mark of its own: long, letters and digits mixed, no separators.
        return count >= 32 && word.allSatisfy { $0.isLetter || $0.isNumber } && word.contains(where: \.isNumber)
            && word.contains(where: \.isLetter)
    }

    /// Four numbers with points: where a provider runs is nobody's business.
    private static func isAddress(_ word: String) -> Bool {
        let trimmed = word.hasSuffix(".") ? String(word.dropLast()) : word
        let parts = trimmed.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}

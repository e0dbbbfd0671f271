internal import GatewayTypes
internal import JSON

/// Checks the shape of everything in a `generateContent` request that the gateway acts on, and reads what routing and
/// admission need.
struct GeminiRequestCheck {
    private var needs = RequestNeeds()
    private var textBytes = 0

    static func needs(of json: JSONValue) throws(GatewayError) -> RequestNeeds {
        var check = GeminiRequestCheck()
        try check.checkContents(json)
        if let system = json.field("systemInstruction") { try check.checkContent(system, "systemInstruction") }
        try check.checkTools(json)
        try check.checkToolConfig(json)
        if let config = json.field("generationConfig") { try check.checkConfig(config) }
        check.needs.promptTokens += (check.textBytes + 3) / 4
        return check.needs
    }

    // MARK: - Contents

    private mutating func checkContents(_ json: JSONValue) throws(GatewayError) {
        let contents = json.list("contents")
        guard !contents.isEmpty else {
            if json.field("contents") == nil { throw ChatRequestCheck.missing("contents") }
            throw ChatRequestCheck.wrong("contents", "a non-empty list")
        }
        for (index, content) in contents.enumerated() { try checkContent(content, "contents[\(index)]") }
        needs.promptTokens += contents.count * ChatRequestCheck.tokensPerMessage
    }

    private mutating func checkContent(_ content: JSONValue, _ place: String) throws(GatewayError) {
        guard content.kind == .object else { throw ChatRequestCheck.wrong(place, "an object with 'parts'") }
        if let role = content.field("role") {
            guard role.kind == .string else { throw ChatRequestCheck.wrong("\(place).role", "a string") }
            guard ["user", "model", "function", "system", ""].contains(where: role.isString) else {
                throw ChatRequestCheck.wrong("\(place).role", "'user' or 'model'")
            }
        }
        for (index, part) in content.list("parts").enumerated() {
            try checkPart(part, "\(place).parts[\(index)]")
        }
    }

    private mutating func checkPart(_ part: JSONValue, _ place: String) throws(GatewayError) {
        guard part.kind == .object else { throw ChatRequestCheck.wrong(place, "an object") }
        if let text = part.field("text") {
            guard text.kind == .string else { throw ChatRequestCheck.wrong("\(place).text", "a string") }
            textBytes += text.range.count - 2
        }
        if let thought = part.field("thought"), thought.bool == nil {
            throw ChatRequestCheck.wrong("\(place).thought", "a boolean")
        }
        if let signature = part.field("thoughtSignature"), signature.kind != .string {
            throw ChatRequestCheck.wrong("\(place).thoughtSignature", "a string of base64")
        }
        if let blob = part.field("inlineData") { try checkMedia(blob, "\(place).inlineData", locates: "data") }
        if let file = part.field("fileData") { try checkMedia(file, "\(place).fileData", locates: "fileUri") }
        if let call = part.field("functionCall") {
            try checkNamed(call, "\(place).functionCall", object: "args")
            textBytes += call.range.count
        }
        if let result = part.field("functionResponse") {
            try checkNamed(result, "\(place).functionResponse", object: "response")
            textBytes += result.field("response")?.range.count ?? 0
            for (index, part) in result.list("parts").enumerated() {
                try checkPart(part, "\(place).functionResponse.parts[\(index)]")
            }
        }
    }

    private mutating func checkMedia(
        _ media: JSONValue, _ place: String, locates source: String
    ) throws(GatewayError) {
        guard media.kind == .object else { throw ChatRequestCheck.wrong(place, "an object") }
        if let type = media.field("mimeType"), type.kind != .string {
            throw ChatRequestCheck.wrong("\(place).mimeType", "a string")
        }
        guard let location = media.field(source) else { throw ChatRequestCheck.missing("\(place).\(source)") }
        guard location.kind == .string else { throw ChatRequestCheck.wrong("\(place).\(source)", "a string") }
        let type = media.field("mimeType")?.string ?? ""
        if type.hasPrefix("image/") { needs.vision = true }
        if type.hasPrefix("audio/") { needs.audio = true }
        needs.promptTokens += ChatRequestCheck.imageTokens + (type.hasPrefix("image/") ? 0 : location.range.count / 64)
    }

    private func checkNamed(_ value: JSONValue, _ place: String, object key: String) throws(GatewayError) {
        guard value.kind == .object else { throw ChatRequestCheck.wrong(place, "an object") }
        guard let name = value.field("name") else { throw ChatRequestCheck.missing("\(place).name") }
        guard name.kind == .string else { throw ChatRequestCheck.wrong("\(place).name", "a string") }
        if let id = value.field("id"), id.kind != .string { throw ChatRequestCheck.wrong("\(place).id", "a string") }
        if let object = value.field(key), object.kind != .object {
            throw ChatRequestCheck.wrong("\(place).\(key)", "an object")
        }
    }

    // MARK: - Options

    private mutating func checkTools(_ json: JSONValue) throws(GatewayError) {
        for (index, tool) in json.list("tools").enumerated() {
            guard tool.kind == .object else { throw ChatRequestCheck.wrong("tools[\(index)]", "an object") }
            for (position, function) in tool.list("functionDeclarations").enumerated() {
                let place = "tools[\(index)].functionDeclarations[\(position)]"
                guard function.kind == .object else { throw ChatRequestCheck.wrong(place, "an object") }
                guard let name = function.field("name") else { throw ChatRequestCheck.missing("\(place).name") }
                guard name.kind == .string else { throw ChatRequestCheck.wrong("\(place).name", "a string") }
                for key in ["parameters", "parametersJsonSchema"] {
                    if let schema = function.field(key), schema.kind != .object {
                        throw ChatRequestCheck.wrong("\(place).\(key)", "an object, a schema")
                    }
                }
                needs.tools = true
            }
            textBytes += tool.range.count
        }
    }

    private func checkToolConfig(_ json: JSONValue) throws(GatewayError) {
        guard let config = json.field("toolConfig") else { return }
        guard config.kind == .object else { throw ChatRequestCheck.wrong("toolConfig", "an object") }
        guard let calling = config.field("functionCallingConfig") else { return }
        let place = "toolConfig.functionCallingConfig"
        guard calling.kind == .object else { throw ChatRequestCheck.wrong(place, "an object") }
        if let mode = calling.field("mode"), mode.kind != .string {
            throw ChatRequestCheck.wrong("\(place).mode", "'AUTO', 'ANY', 'NONE' or 'VALIDATED'")
        }
        guard calling.list("allowedFunctionNames").allSatisfy({ $0.kind == .string }) else {
            throw ChatRequestCheck.wrong("\(place).allowedFunctionNames", "a list of strings")
        }
    }

    private mutating func checkConfig(_ config: JSONValue) throws(GatewayError) {
        guard config.kind == .object else { throw ChatRequestCheck.wrong("generationConfig", "an object") }
        try number(config, "temperature", 0...2)
        try number(config, "topP", 0...1)
        try number(config, "topK", 0...1_000_000)
        try number(config, "presencePenalty", -2...2)
        try number(config, "frequencyPenalty", -2...2)
        needs.maxTokens = try int(config, "maxOutputTokens", 1...Int.max)
        needs.choiceCount = try int(config, "candidateCount", 1...128) ?? 1
        try int(config, "seed", Int.min...Int.max)
        try int(config, "logprobs", 0...20)
        if let type = config.field("responseMimeType"), type.kind != .string {
            throw ChatRequestCheck.wrong("generationConfig.responseMimeType", "a string")
        }
        for key in ["responseSchema", "responseJsonSchema", "_responseJsonSchema", "thinkingConfig"] {
            guard let value = config.field(key) else { continue }
            guard value.kind == .object else {
                throw ChatRequestCheck.wrong("generationConfig.\(key)", "an object")
            }
            guard key != "thinkingConfig" else { continue }
            needs.jsonSchema = true
            textBytes += value.range.count
        }
        guard config.list("stopSequences").allSatisfy({ $0.kind == .string }) else {
            throw ChatRequestCheck.wrong("generationConfig.stopSequences", "a list of strings")
        }
        if config.list("responseModalities").contains(where: { $0.isString("AUDIO") }) { needs.audio = true }
    }

    @discardableResult
    private func int(
        _ config: JSONValue, _ key: String, _ range: ClosedRange<Int>
    ) throws(GatewayError) -> Int? {
        guard let value = config.field(key) else { return nil }
        guard let int = value.wholeNumber else { throw ChatRequestCheck.wrong("generationConfig.\(key)", "an integer") }
        guard range.contains(int) else {
            let words =
                range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw ChatRequestCheck.outOfRange("generationConfig.\(key)", words)
        }
        return int
    }

    private func number(_ config: JSONValue, _ key: String, _ range: ClosedRange<Double>) throws(GatewayError) {
        guard let value = config.field(key) else { return }
        guard let number = value.anyNumber else { throw ChatRequestCheck.wrong("generationConfig.\(key)", "a number") }
        guard range.contains(number) else {
            let words = "\(Int(range.lowerBound)) to \(Int(range.upperBound))"
            throw ChatRequestCheck.outOfRange("generationConfig.\(key)", words)
        }
    }
}

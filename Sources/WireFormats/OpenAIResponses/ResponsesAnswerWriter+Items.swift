internal import GatewayTypes
internal import JSON

/// Opens and closes items and their parts, each with the events that tell of it.
extension ResponsesAnswerWriter {
    /// The item that goes on, or a new one.
    mutating func openItem(
        _ kind: ResponsesItem.Kind, encrypted: String? = nil, callID: String = "", name: String = ""
    ) -> Int {
        if let current, items[current].kind == kind, kind == .reasoning || kind == .message { return current }
        closeCurrent()
        let prefix =
            switch kind {
            case .reasoning: "rs"
            case .message: "msg"
            case .call: "fc"
            case .customCall: "ctc"
            }
        var item = ResponsesItem(id: "\(prefix)_\(idBase)_\(items.count)", kind: kind)
        item.encrypted = encrypted
        item.callID = callID
        item.name = name
        items.append(item)
        current = items.count - 1
        emitItem("response.output_item.added", items.count - 1)
        return items.count - 1
    }

    mutating func openPart(isRefusal: Bool) -> (item: Int, part: Int) {
        let item = openItem(.message)
        if let last = items[item].parts.indices.last {
            if items[item].parts[last].isRefusal == isRefusal { return (item, last) }
            closePart(item)
        }
        items[item].parts.append(ResponsesItem.Part(isRefusal: isRefusal))
        let place = (item: item, part: items[item].parts.count - 1)
        emitPart("response.content_part.added", at: place)
        return place
    }

    mutating func closeCurrent() {
        if let current { close(current, as: "completed") }
        current = nil
    }

    mutating func closeAll(as state: ResponsesState) {
        for item in items.indices where items[item].isOpen { close(item, as: state.itemWord) }
        current = nil
    }

    mutating func close(_ item: Int, as status: String) {
        guard items[item].isOpen else { return }
        switch items[item].kind {
        case .reasoning: endSummary(item)
        case .message: closePart(item)
        case .call: endCall(item)
        case .customCall: endCustomCall(item)
        }
        items[item].status = status
        emitItem("response.output_item.done", item)
    }

    mutating func closePart(_ item: Int) {
        guard let part = items[item].parts.indices.last, !items[item].parts[part].isDone else { return }
        items[item].parts[part].isDone = true
        let said = items[item].parts[part]
        emit(said.isRefusal ? "response.refusal.done" : "response.output_text.done", at: (item, part)) {
            $0.member(said.isRefusal ? "refusal" : "text", said.text)
            guard !said.isRefusal else { return }
            $0.key("logprobs")
            said.writeLogprobs(to: &$0)
        }
        emitPart("response.content_part.done", at: (item, part))
    }

    mutating func beginSummary(_ item: Int) {
        emitSummary("part.added", item) {
            $0.key("part")
            ResponsesItem.writeSummary("", to: &$0)
        }
    }

    mutating func endSummary(_ item: Int) {
        let text = items[item].text
        guard !text.isEmpty else { return }
        emitSummary("text.done", item) { $0.member("text", text) }
        emitSummary("part.done", item) {
            $0.key("part")
            ResponsesItem.writeSummary(text, to: &$0)
        }
    }

    mutating func endCall(_ item: Int) {
        let call = items[item]
        emit("response.function_call_arguments.done", of: item) {
            $0.member("name", call.name)
            $0.member("arguments", call.text)
        }
    }

    /// The arguments were collected, as only all of them tell the text.
    mutating func endCustomCall(_ item: Int) {
        let input = ResponsesCustomTools.input(items[item].text)
        items[item].text = input
        emit("response.custom_tool_call_input.delta", of: item) { $0.member("delta", input) }
        emit("response.custom_tool_call_input.done", of: item) { $0.member("input", input) }
    }
}

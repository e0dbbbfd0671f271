internal import GatewayTypes
internal import JSON

/// Writes the events of a stream; a whole answer has none.
extension ResponsesAnswerWriter {
    mutating func emit(_ type: String, _ body: (inout JSONWriter) -> Void) {
        guard isStream else { return }
        ResponsesEvent.append(type, sequence, to: &output, body)
        sequence += 1
    }

    mutating func emit(_ type: String, about state: ResponsesState) {
        let (envelope, items, usage) = (envelope, items, usage)
        emit(type) {
            $0.key("response")
            envelope.write(state, items, usage, to: &$0)
        }
    }

    mutating func emit(_ type: String, of item: Int, _ body: (inout JSONWriter) -> Void) {
        let id = items[item].id
        emit(type) {
            $0.member("item_id", id)
            $0.member("output_index", item)
            body(&$0)
        }
    }

    mutating func emit(
        _ type: String, at place: (item: Int, part: Int), _ body: (inout JSONWriter) -> Void
    ) {
        emit(type, of: place.item) {
            $0.member("content_index", place.part)
            body(&$0)
        }
    }

    mutating func emitItem(_ type: String, _ position: Int) {
        let item = items[position]
        emit(type) {
            $0.member("output_index", position)
            $0.key("item")
            item.write(to: &$0)
        }
    }

    mutating func emitPart(_ type: String, at place: (item: Int, part: Int)) {
        let part = items[place.item].parts[place.part]
        emit(type, at: place) {
            $0.key("part")
            part.write(to: &$0)
        }
    }

    /// - Parameter step: what stands after `response.reasoning_summary_`.
    mutating func emitSummary(_ step: String, _ item: Int, _ body: (inout JSONWriter) -> Void) {
        emit("response.reasoning_summary_\(step)", of: item) {
            $0.member("summary_index", 0)
            body(&$0)
        }
    }
}

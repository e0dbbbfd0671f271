internal import GatewayTypes
internal import JSON

/// Reads the tool calls of one choice, whole or in pieces that may lack index, id, type or name.
struct ChatCallReader: Sendable {
    private struct Slot: Sendable {
        /// The upstream's own index, if it gave one.
        var key: Int?
        var id: String
        var signature: String?
        var isTold = false
        /// Arguments that came before the name, or that may still turn out to mean none.
        var held = ""
        var hasArguments = false
    }

    private let choice: Int
    private let isWhole: Bool
    private var slots: [Slot] = []

    init(choice: Int, isWhole: Bool) {
        self.choice = choice
        self.isWhole = isWhole
    }

    var hasCalls: Bool { !slots.isEmpty }

    mutating func read(_ call: JSONValue, into events: inout [ModelEvent]) {
        let function = call.present("function") ?? call.present("custom")
        let name = function?["name"]?.string ?? ""
        let slot = slot(key: isWhole ? nil : call["index"]?.int, id: call["id"]?.string ?? "", name: name)
        if let signature = ChatExtraContent.signature(of: call) { slots[slot].signature = signature }
        tell(slot, name: name, into: &events)
        guard let arguments = function?.present("arguments") ?? function?.present("input") else { return }
        add(arguments.string ?? RawJSON(arguments.raw).text, to: slot, into: &events)
    }

    /// `function_call` of the time before tools: one call without an id.
    mutating func readLegacy(_ call: JSONValue, into events: inout [ModelEvent]) {
        let name = call["name"]?.string ?? ""
        let arguments = call["arguments"]?.string ?? ""
        guard !slots.isEmpty || !name.isEmpty else { return }
        if slots.isEmpty { slots.append(Slot(key: nil, id: "")) }
        tell(0, name: name, into: &events)
        add(arguments, to: 0, into: &events)
    }

    /// Nothing more comes: calls without arguments get the empty object, those without a name are told as they are.
    mutating func finish(into events: inout [ModelEvent]) {
        for slot in slots.indices {
            tell(slot, name: "", isLast: true, into: &events)
            guard !slots[slot].hasArguments else { continue }
            slots[slot].hasArguments = true
            events.append(.toolArguments(choice: choice, index: slot, "{}"))
        }
    }

    /// The slot a piece belongs to. An id never seen begins a call, so does an index never seen, so does a name where there
    /// is neither; all else goes on with the call it names, or the last one.
    private mutating func slot(key: Int?, id: String, name: String) -> Int {
        if isWhole { return begin(key: key, id: id) }
        if !id.isEmpty, let known = slots.lastIndex(where: { $0.id == id && (key == nil || $0.key == key) }) {
            return known
        }
        if let key {
            guard let known = slots.lastIndex(where: { $0.key == key }) else { return begin(key: key, id: id) }
            // Some providers count every call as index 0; only a new id beside a name tells them apart.
            let isAnother = !id.isEmpty && !slots[known].id.isEmpty && !name.isEmpty
            return isAnother ? begin(key: key, id: id) : known
        }
        if id.isEmpty, name.isEmpty, !slots.isEmpty { return slots.count - 1 }
        return begin(key: key, id: id)
    }

    private mutating func begin(key: Int?, id: String) -> Int {
        slots.append(Slot(key: key, id: id))
        return slots.count - 1
    }

    private mutating func tell(_ slot: Int, name: String, isLast: Bool = false, into events: inout [ModelEvent]) {
        guard !slots[slot].isTold, !name.isEmpty || isLast else { return }
        slots[slot].isTold = true
        let id = slots[slot].id.isEmpty ? "call_\(choice)_\(slot)" : slots[slot].id
        events.append(
            .toolCall(choice: choice, index: slot, id: id, name: name, signature: slots[slot].signature))
        let held = slots[slot].held
        slots[slot].held = ""
        if !held.isEmpty { add(held, to: slot, into: &events) }
    }

    /// A first piece of `null` means that there are no arguments.
    private mutating func add(_ text: String, to slot: Int, into events: inout [ModelEvent]) {
        guard !text.isEmpty, slots[slot].hasArguments || text != "null" else { return }
        guard slots[slot].isTold else {
            slots[slot].held += text
            return
        }
        slots[slot].hasArguments = true
        events.append(.toolArguments(choice: choice, index: slot, text))
    }
}

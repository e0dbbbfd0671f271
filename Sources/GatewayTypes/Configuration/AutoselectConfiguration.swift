/// A named choice that is made from the request itself.
public struct AutoselectConfiguration: Sendable, Equatable {
    public struct Choice: Sendable, Equatable {
        /// A rotation, a provider's model or a bare name.
        public var model: String
        /// What it is good for, in words that the selecting model reads.
        public var description: String
        /// The lowest is preferred.
        public var priority: Int

        public init(model: String, description: String, priority: Int = 0) {
            self.model = model
            self.description = description
            self.priority = priority
        }
    }

    public var name: String
    public var choices: [Choice]
    /// `internal`, or the name of the model that is asked to choose.
    public var selectionModel: String
    /// What is used when no choice can be made.
    public var fallback: String

    public init(name: String, choices: [Choice], selectionModel: String = "internal", fallback: String) {
        self.name = name
        self.choices = choices
        self.selectionModel = selectionModel
        self.fallback = fallback
    }
}

/// Documents to be put in the order of what they say to a question.
struct RerankRequest: Sendable, Equatable {
    var query: String
    var documents: [String]
    /// How many of the best are wanted.
    var topCount: Int?
    /// What is read of each document at most.
    var maxTokensPerDocument: Int?
    var returnsDocuments = false
    /// What the caller sent that this form cannot hold, under the caller's own (dotted) names.
    var unknownFields: [String] = []

    init(query: String, documents: [String]) {
        self.query = query
        self.documents = documents
    }
}

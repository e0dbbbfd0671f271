/// Texts to be made vectors, in the one form that every dialect is read into and every upstream format is written from.
struct EmbeddingRequest: Sendable, Equatable {
    var inputs: [String]
    /// How long the vectors shall be.
    var dimensions: Int?
    var purpose: EmbeddingPurpose?
    /// What the text stands under in its document.
    var title: String?
    /// Whether a text that is too long is cut or refused.
    var truncates: Bool?
    var user: String?
    /// What the caller sent that this form cannot hold, under the caller's own (dotted) names.
    var unknownFields: [String] = []

    init(_ inputs: [String]) { self.inputs = inputs }
}

/// What the vectors are for: some models make others for a question than for the text that answers it.
enum EmbeddingPurpose: Sendable, Equatable {
    case document, query, classification, clustering, similarity, questionAnswering, factVerification, codeQuery
}

/// What an upstream format may be unable to say.
enum EmbeddingField: Sendable, Hashable { case dimensions, purpose, title, truncation, user }

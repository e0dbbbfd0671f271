internal import HTTPTypes

/// One method of one path of the node, as `/openapi.json` tells it.
struct PublicOperation {
    /// What a request carries.
    enum Body {
        /// An object with at least these members.
        case json(required: [String])
        /// A form with files.
        case form(required: [String])
    }

    /// Whose documentation tells the rest; the groups of the document.
    enum Family: String, CaseIterable {
        case openAI = "OpenAI"
        case anthropic = "Anthropic"
        case gemini = "Gemini"
        case ollama = "Ollama"
        case cohere = "Cohere"
        case node = "Node"
        case administration = "Administration"
    }

    var method: HTTPMethod
    /// With braces around what callers choose.
    var path: String
    var summary: String
    var family: Family
    var body: Body?
    var query: [String] = []
    /// The media types of a good answer.
    var answers = ["application/json"]
    /// Asks for no token.
    var isOpen = false

    /// The names in the path's braces.
    var names: [Substring] {
        path.split(separator: "{").dropFirst().compactMap { $0.split(separator: "}").first }
    }
}

/// What clients' libraries can also ask the providers for and a gateway does not answer, with what to do instead.
enum NotOffered {
    /// Below the version prefix; a path belongs to the first row whose name it is or begins with, up to a slash.
    private static let advice: [(name: String, words: String)] = [
        (
            "/chat/completions",
            "This gateway keeps no chat completions, `store` or not. Take what you need from the answer to "
                + "POST /v1/chat/completions."
        ),
        ("/responses/compact", "Conversations are not compacted here. Ask a model for a summary in their place."),
        ("/fim/completions", "Text is not filled in here. Ask for what follows the prompt by POST /v1/completions."),
        ("/complete", "Anthropic's text completions are not offered. Ask POST /v1/messages."),
        ("/messages/batches", batches), ("/batches", batches), ("/batch", batches),
        ("/files", files), ("/uploads", files), ("/cachedContents", files),
        ("/agents", conversations), ("/assistants", conversations), ("/containers", conversations),
        ("/conversations", conversations), ("/interactions", conversations), ("/sessions", conversations),
        ("/skills", conversations), ("/threads", conversations), ("/vector_stores", conversations),
        ("/audio/voices", elsewhere), ("/evals", elsewhere), ("/fine_tuning", elsewhere), ("/live", elsewhere),
        ("/ocr", elsewhere), ("/organization", elsewhere), ("/realtime", elsewhere), ("/videos", elsewhere),
    ]

    private static let batches =
        "Batches are not offered here. Send the requests one by one, as many at once as your limits allow."
    private static let files =
        "Files are not kept here. Put what a model is to read into the request, as base64 or by its URL."
    private static let conversations =
        "Conversations, agents and their stores are not kept here. Send the whole conversation with each request."
    private static let elsewhere = "This is not offered here. Ask the provider itself."

    /// What a caller of `operation` can do; `nil` where nothing is known of it.
    static func advice(for operation: String) -> String? {
        advice.first { operation == $0.name || operation.hasPrefix($0.name + "/") }?.words
    }
}

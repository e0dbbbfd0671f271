"""What the suites ask that is not a node's to answer: (pattern of the test, pattern of the upstream, why).

Each of these tests is run and has to end in an error of the SDK's own; one that passes is an error.
"""

ANY = ".*"

# Tests that the library refuses to send.
NEVER_SENT = "test_path_params_"

# Tests of conversations, which every wire can answer; each once, where the library validates strictly.
TRANSLATED = {
    "openai": r"(/test_completions.py|test_responses.py|test_input_tokens.py).*_(create|count)\w*\[.*strict",
    "anthropic": r"messages.py.*_(create|count)\w*\[.*strict",
}

KEPT = "the node keeps no answers, and says so"
NAMELESS = "a node cannot choose where to ask without a model's name"

LEFT_OUT = {
    "openai": [
        (r"chat/test_completions.py.*_(retrieve|update|list|delete)(_with_all_params)?\[", ANY, KEPT),
        (r"chat/completions/test_messages.py.*_list", ANY, KEPT),
        (r"test_responses.py.*_(retrieve(_with_all_params)?_overload_.|delete|cancel)\[", ANY, KEPT),
        (r"test_input_items.py.*_list", ANY, KEPT),
        (r"test_responses.py.*_compact", ANY, "a node compacts no conversations, and says so"),
        (r"test_responses.py.*(method|response)_create_overload_.\[", ANY, NAMELESS),
        (r"test_input_tokens.py.*(method|response)_count\[", ANY, NAMELESS),
        (r"test_models.py.*_delete\[", ANY, "models are deleted from the configuration"),
        (
            r"test_responses.py.*_create_with_all_params|test_input_tokens.py.*_count_with_all_params",
            "(?!responses).*",
            "asks for what only a provider of Responses keeps: `previous_response_id`",
        ),
        (
            r"test_embeddings.py.*(method|response)_create\[.*(strict|aiohttp)",
            ANY,
            "the library asks for base64 and, when strict, does not take it",
        ),
    ],
    "anthropic": [],
}

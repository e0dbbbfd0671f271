"""`GET /openapi.json`: a document that tools can read, and that tells the truth."""

import re

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

METHODS = {"get", "put", "post", "delete", "patch"}


@pytest.fixture(scope="module")
def gateway(module_gateway):
    return module_gateway({"providers": {}})


@pytest.fixture(scope="module")
def document(gateway):
    answer = httpx.get(gateway.url + "/openapi.json")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    return answer.json()


def operations(document):
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            yield method, path, item[method]


def test_it_is_a_valid_document_of_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_the_paths_that_clients_use_are_in_it(document):
    assert {
        "/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages", "/v1/messages/count_tokens",
        "/v1beta/models/{model}:generateContent", "/v1beta/models/{model}:streamGenerateContent", "/v1/embeddings",
        "/v1/images/generations", "/v1/audio/speech", "/v1/audio/transcriptions", "/v1/moderations", "/v1/rerank",
        "/v1/models", "/v1/models/{model}", "/api/chat", "/api/tags", "/v2/rerank", "/health/ready", "/metrics",
        "/admin/api/v1/tokens", "/admin/api/v1/providers/{id}",
    } <= document["paths"].keys()  # fmt: skip


def test_each_operation_exists_and_asks_for_a_token_as_it_says(gateway, document):
    for method, path, operation in operations(document):
        answer = gateway.http.request(method.upper(), re.sub(r"\{\w+\}", "x", path))
        expected = 200 if operation.get("security") == [] else 401
        assert answer.status_code == expected, f"{method} {path}: {answer.status_code} {answer.text}"


def test_errors_have_the_members_it_tells(gateway, document):
    for method, path, operation in operations(document):
        if operation.get("security") == []:
            continue
        shape = document["components"]["responses"][operation["responses"]["default"]["$ref"].rpartition("/")[2]]
        answer = gateway.http.request(method.upper(), re.sub(r"\{\w+\}", "x", path))
        media = answer.headers["content-type"].split(";")[0]
        schema = shape["content"][media]["schema"]
        assert set(schema["required"]) <= answer.json().keys(), path
        for name, inner in schema.get("properties", {}).items():
            assert set(inner["required"]) <= answer.json()[name].keys(), f"{path}: {answer.text}"

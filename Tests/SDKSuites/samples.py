"""Values that have every field of an SDK's type, so that nothing a provider may answer is left untried."""

from __future__ import annotations

import datetime
import types
import typing

import typing_extensions

# What a finished answer says where its type leaves the choice.
CHOSEN = {
    "finish_reason": "stop",
    "stop_reason": "end_turn",
    "status": "completed",
    "error": None,
    "incomplete_details": None,
    "index": 0,
}
DEEPEST = 9


def sample(kind, field: str = "", depth: int = 0):
    """JSON of this type. A list has one of each variant of its elements; elsewhere the first variant stands for all."""
    kind = _plain(kind)
    origin = typing.get_origin(kind)
    variants = typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        if CHOSEN.get(field, "") is None and type(None) in variants:
            return None
        return _one_of(variants, field, depth)
    if origin is typing.Literal or origin is typing_extensions.Literal:
        return CHOSEN[field] if CHOSEN.get(field) in variants else variants[0]
    if kind is int and field in CHOSEN:
        return CHOSEN[field]
    if origin is list:
        return [] if depth > DEEPEST else [sample(each, "", depth + 1) for each in _variants(variants[0])]
    if origin is dict or kind in (dict, object, typing.Any):
        return {"name": sample((variants or (str,))[-1], "", depth + 1)} if depth <= DEEPEST else {}
    if kind in _SCALARS:
        return _SCALARS[kind]
    return _members(kind, depth)


_SCALARS = {
    str: "text",
    bool: True,
    int: 7,
    float: 0.5,
    type(None): None,
    datetime.datetime: "2026-11-21T12:00:00Z",
    datetime.date: "2026-11-21",
}


def _plain(kind):
    """Without `Annotated` and names given to types."""
    while True:
        if isinstance(kind, typing_extensions.TypeAliasType):
            kind = kind.__value__
        elif typing.get_origin(kind) is typing.Annotated:
            kind = typing.get_args(kind)[0]
        else:
            return kind


def _variants(kind):
    kind = _plain(kind)
    if typing.get_origin(kind) in (typing.Union, types.UnionType):
        return [each for variant in typing.get_args(kind) for each in _variants(variant) if each is not type(None)]
    return [kind]


def _one_of(variants, field: str, depth: int):
    if depth > DEEPEST and type(None) in variants:
        return None
    return sample(next(variant for variant in variants if variant is not type(None)), field, depth)


def _members(model, depth: int):
    return {
        told.alias or name: sample(told.annotation, name, depth + 1)
        for name, told in model.model_fields.items()
        if depth <= DEEPEST or told.is_required()
    }

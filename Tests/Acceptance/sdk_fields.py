"""The fields that the official SDKs' types have, by dotted names with the kind of object where there are several:
`messages.content[document].title`."""

import typing

import pydantic
import typing_extensions


def is_object(kind):
    if isinstance(kind, type) and issubclass(kind, pydantic.BaseModel) and kind is not pydantic.BaseModel:
        # One that writes itself in its own way is a text on the wire (Ollama's images).
        own = [each.info for each in kind.__pydantic_decorators__.model_serializers.values()]
        return not any(each.mode == "plain" and each.when_used == "always" for each in own)
    return typing_extensions.is_typeddict(kind)


def members(kind):
    """What an object of this type may hold: names on the wire and their types."""
    if typing_extensions.is_typeddict(kind):
        return typing_extensions.get_type_hints(kind)
    kind.model_rebuild(raise_errors=False)
    return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}


def objects(kind):
    """The types of objects in a type: lists, unions and aliases are looked through."""
    if is_object(kind):
        return [kind]
    if isinstance(kind, (typing.TypeAliasType if hasattr(typing, "TypeAliasType") else (), typing_extensions.TypeAliasType)):
        return objects(kind.__value__)
    found = []
    for inner in typing.get_args(kind):
        if typing.get_origin(kind) is not typing.Literal:
            found += [each for each in objects(inner) if each not in found]
    return found


def words(kind):
    """The words that a literal type allows."""
    if typing.get_origin(kind) is typing.Literal:
        return list(typing.get_args(kind))
    return [word for inner in typing.get_args(kind) for word in words(inner)]


def kinds(kind):
    """By which `type` an object of this type is known."""
    return words(members(kind).get("type"))


def is_constant(kind):
    """Whether there is one word only that it can be: then it says no more than that its object is there."""
    if typing.get_origin(kind) is typing.Literal:
        return len(typing.get_args(kind)) == 1
    return len(typing.get_args(kind)) == 1 and is_constant(typing.get_args(kind)[0])


def fields(kind, path="", above=(), skipping=None):
    """Every field of a type, those of recursive types once."""
    if kind in above:
        return
    for name, annotation in members(kind).items():
        if name == skipping or is_constant(annotation):
            continue
        here = f"{path}.{name}" if path else name
        yield here
        inner = objects(annotation)
        for each in inner:
            known_by = kinds(each) if len(inner) > 1 else []
            yield from (f"{here}[{word}]" for word in known_by)
            place = f"{here}[{known_by[0]}]" if known_by else here
            yield from fields(each, place, above + (kind,), "type" if known_by else None)

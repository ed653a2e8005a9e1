"""What bodies and answers are made of: ids as UUID text, bounded texts, models that share rules."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema, model_validator

from airdesk.core.kernel import id_text, parse_id

JSON_DEPTH_MAX = 20
"""Levels of lists and objects in a body. Deeper: 422."""

_UUID = {"type": "string", "format": "uuid"}


def _as_id(text: str) -> str:
    return id_text(parse_id(text))


IdText: TypeAlias = Annotated[str, AfterValidator(_as_id), WithJsonSchema(_UUID)]
"""An id in a body or an address: UUID text, read in either case, kept in lower case."""

Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=100)]
ShortText: TypeAlias = Annotated[str, Field(max_length=500)]
Email: TypeAlias = Annotated[str, Field(min_length=3, max_length=254)]
Password: TypeAlias = Annotated[str, Field(min_length=1, max_length=1024)]
Link: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]


class Answer(BaseModel):
    """What we send; it is checked by the types that fill it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Body(BaseModel):
    """What somebody sent: unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        refuse_odd(value)
        return value


class Done(Answer):
    """Nothing more to say."""

    done: bool = True


def refuse_odd(value: object, depth: int = 0) -> None:
    """Refuse what a database cannot keep, at any depth.

    Raises:
        ValueError: a NUL, half a surrogate pair, too deep, or an integer beyond 64 bits.
    """
    if depth > JSON_DEPTH_MAX:
        raise ValueError("too many levels")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError("a text has no NUL and no half of a surrogate pair")
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise ValueError("a number has at most 64 bits")
    elif isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError("a number is finite")
    elif isinstance(value, dict):
        for name, inner in value.items():
            refuse_odd(name, depth + 1)
            refuse_odd(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            refuse_odd(inner, depth + 1)

"""Routes for records: types, lists, one record with its version, links, history, search."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Body, Header, Query
from fastapi.responses import Response
from pydantic import BaseModel

from xrm_lake.errors import InvalidValue, SimilarThere
from xrm_lake.hygiene.subject import tells
from xrm_lake.model.results import RecordView
from xrm_lake.server.answers import answer
from xrm_lake.server.asking import Limit
from xrm_lake.store.lake import Lake
from xrm_lake.store.ledger import record_history
from xrm_lake.store.links import link_records, links_of, unlink
from xrm_lake.store.model import list_types
from xrm_lake.store.read import count_records, list_records, show_record
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.search import search

Values = Annotated[dict[str, Any], Body(examples=[{"first_name": "Ann", "last_name": "Smith"}])]


class LinkRequest(BaseModel):
    """A link from the record in the address to another."""

    link_type: str
    to_id: int
    fields: dict[str, Any] | None = None
    since: date | None = None
    until: date | None = None


def similar(lake: Lake, type: str, values: Mapping[str, Any], **options: Any) -> pl.DataFrame:
    """The verb, which brings the matching with it: half of what a server would load before its first answer."""
    from xrm_lake.hygiene.similar import similar

    return similar(lake, type, values, **options)


class Similar(BaseModel):
    """How many to look for, how likely at least, and which record is being edited."""

    limit: Limit = 5
    at_least: float = 0.5
    without: int | None = None


class Page(BaseModel):
    """Which records, in which order, which part of them."""

    where: str | None = None
    text: str | None = None
    sort: str | None = None
    descending: bool = False
    limit: Limit = 50
    offset: int = 0


def record_routes(lake: Lake) -> APIRouter:
    """The routes under `/types`, `/records`, `/record`, `/link` and `/search`."""
    router = APIRouter(tags=["Records"])
    _add_type_routes(router, lake)
    _add_list_routes(router, lake)
    _add_record_routes(router, lake)
    _add_link_routes(router, lake)
    return router


def _add_type_routes(router: APIRouter, lake: Lake) -> None:
    @router.get("/types", summary="The types in use, and how many records each has")
    def types() -> Response:
        return answer(list_types(lake))

    @router.get("/types/{type}", summary="One type with its fields and stages")
    def one_type(type: str) -> Response:
        return answer(lake.catalog.type(type))

    @router.get("/link_types", summary="The ways to join records")
    def link_types() -> Response:
        return answer(lake.catalog.link_types)

    @router.get("/search", summary="Records that hold all words of a text")
    def find(text: str, type: str | None = None, limit: Limit = 50) -> Response:
        return answer(search(lake, text, type=type, limit=limit))


def _add_list_routes(router: APIRouter, lake: Lake) -> None:
    @router.get("/records/{type}", summary="A page of a type's records, and how many there are in all")
    def records(type: str, page: Annotated[Page, Query()]) -> Response:
        rows = list_records(lake, type, **page.model_dump())
        total = count_records(lake, type, where=page.where, text=page.text)
        return answer({"rows": rows, "total": total, "limit": page.limit, "offset": page.offset})

    @router.post("/records/{type}", status_code=201, summary="Add a record; tells the records that it may be")
    def add(type: str, values: Values, refuse_similar: bool = False) -> Response:
        found = similar(lake, type, values)
        if refuse_similar and found.height:
            raise SimilarThere(type, found["id"])
        id = add_record(lake, type, values)
        return answer({"id": id, "similar": found}, 201, Location=f"record/{id}")

    @router.post("/similar/{type}", summary="The records that one of these values may be; nothing is added")
    def alike(type: str, values: Values, asked: Annotated[Similar, Query()]) -> Response:
        return answer(similar(lake, type, values, **asked.model_dump()))


def _add_record_routes(router: APIRouter, lake: Lake) -> None:
    @router.get("/record/{id}", summary="One record whole; its ETag is its version")
    def show(id: int) -> Response:
        return _record(show_record(lake, id))

    @router.patch(
        "/record/{id}",
        summary="Change fields; with If-Match only if nobody else did (412); tells the records that it may be now",
    )
    def change(id: int, values: Values, if_match: Annotated[str | None, Header()] = None) -> Response:
        base = None if if_match in (None, "*") else version_of(str(if_match))
        set_record(lake, id, values, base=base)
        view = show_record(lake, id)
        if tells(lake, view.type, values):
            return _record(view, similar=similar(lake, view.type, {}, without=view.id))
        return _record(view, similar=[])

    @router.delete("/record/{id}", summary="Take a record out of use; undo of the batch brings it back")
    def delete(id: int) -> Response:
        return answer({"batch_id": delete_record(lake, id)})

    @router.get("/record/{id}/history", summary="What happened to a record, newest first")
    def history(id: int) -> Response:
        return answer(record_history(lake, id))


def _add_link_routes(router: APIRouter, lake: Lake) -> None:
    @router.get("/record/{id}/links", summary="The standing links of a record, both directions")
    def links(id: int) -> Response:
        return answer(links_of(lake, show_record(lake, id).id))

    @router.post("/record/{id}/links", status_code=201, summary="Join it to another record")
    def join(id: int, body: LinkRequest) -> Response:
        rest = body.model_dump(exclude={"link_type", "to_id"})
        return answer({"link_id": link_records(lake, id, body.link_type, body.to_id, **rest)}, 201)

    @router.delete("/link/{link_id}", summary="End a link")
    def end(link_id: int) -> Response:
        return answer({"batch_id": unlink(lake, link_id)})


def version_tag(moment: datetime) -> str:
    """A record's version as an ETag."""
    return f'"{moment.isoformat()}"'


def version_of(tag: str) -> datetime:
    """The version that an ETag names. Raises InvalidValue for what is none of ours."""
    try:
        return datetime.fromisoformat(tag.strip().removeprefix("W/").strip('"'))
    except ValueError as problem:
        raise InvalidValue("If-Match must be the ETag of a record as it was read. Nothing was changed.") from problem


def _record(view: RecordView, **more: Any) -> Response:
    body: Mapping[str, Any] = {**vars(view), "is_golden": view.is_golden, **more}
    return answer(body, ETag=version_tag(view.updated_at))

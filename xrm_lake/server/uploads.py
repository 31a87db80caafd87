"""Uploads: a file that came over REST, kept on the disk while it is worked on; and what its form says in JSON."""

import json
import os
import shutil
from pathlib import Path

from fastapi import UploadFile

from xrm_lake.errors import InvalidValue

# Of most file systems.
_LONGEST_NAME = 255


def keep_upload(upload: UploadFile, folder: Path, place: int) -> Path:
    """Write an uploaded file to disk, under the last part of its name, in a folder of its own."""
    name = (upload.filename or "").replace("\\", "/").rpartition("/")[2]
    if len(os.fsencode(name)) > _LONGEST_NAME:
        raise InvalidValue(
            f"File {place} has a name of more than {_LONGEST_NAME} bytes. Nothing was changed. Shorten it."
        )
    own = folder / str(place)
    own.mkdir()
    file = own / (name if name not in ("", ".", "..") and "\0" not in name else "upload")
    with file.open("wb") as target:
        shutil.copyfileobj(upload.file, target, 1 << 20)
    return file


def told_mapping(text: str | None, *, name: str, to: str) -> dict[str, str] | None:
    """A form's field that holds headers and what is told of them, as a JSON object; None if it is empty."""
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidValue(f'{name} must be a JSON object such as {{"Header": "{to}"}}. Nothing was changed.')
    return {str(header): str(field) for header, field in found.items()}


def told_values(text: str | None) -> dict[str, dict[str, str]] | None:
    """A form's field that holds, by field, which texts mean what, as a JSON object of objects; None if it is empty."""
    try:
        found = json.loads(text) if text else None
    except ValueError:
        found = text
    if found is None:
        return None
    if not isinstance(found, dict) or not all(isinstance(words, dict) for words in found.values()):
        raise InvalidValue('values must be JSON such as {"country": {"Deutschl.": "Germany"}}. Nothing was changed.')
    return {str(field): {str(old): str(new) for old, new in words.items()} for field, words in found.items()}

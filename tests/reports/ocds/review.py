"""Run by itself: the Data Review Tool's own checks of one package, without any network.

    python tests/reports/ocds/review.py package.json

`libcoveocds` (AGPL) fetches standard and extensions; here it gets copies of them, and a connection
to anywhere is a failure. It prints what the tool found, as JSON.
"""

from __future__ import annotations

import io
import json
import re
import socket
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

import jsonref
import requests
from ocdsextensionregistry.extension_version import ExtensionVersion
from ocdsextensionregistry.util import session
from requests.adapters import BaseAdapter

STANDARD = Path(__file__).resolve().parent / "standard"
# The repositories of extensions whose folder here is called otherwise.
FOLDERS = {
    "ocds_bid_extension": "bids",
    "ocds_enquiry_extension": "enquiries",
    "ocds_partyDetails_scale_extension": "partyScale",
    "ocds_statusdetails_extension": "statusDetails",
}
# A package schema is a part of the standard; the versioned one is that of our profile.
VERSIONED = "versioned-release-schema-patched.json"
SCHEMAS = {
    "release-schema.json": "../../../../reports/ocds/schema/release-schema-patched.json",
    "versioned-release-validation-schema.json": VERSIONED,
}
_REPOSITORY = re.compile(
    r"https://(?:raw\.githubusercontent|gitlab)\.com/[^/]+/([^/]+)/(?:-/raw/)?[^/]+/(.+)"
)
_EXPLORER = re.compile(
    r"https://extensions\.open-contracting\.org/en/extensions/([^/]+)/[^/]+/(.+)"
)


def copy_of(url: str) -> Path | None:
    """The copy of an extension's file here; None if there is none."""
    if found := _EXPLORER.fullmatch(url):
        path = STANDARD / "extensions" / found[1] / found[2]
    elif found := _REPOSITORY.fullmatch(url):
        name = found[1].removeprefix("ocds_").removesuffix("_extension")
        path = STANDARD / "extensions" / FOLDERS.get(found[1], name) / found[2]
    else:
        return None
    return path if path.is_file() else None


class Copies(BaseAdapter):
    """Answers with the copies, and with 404 for everything else."""

    def send(self, request: Any, **_: Any) -> requests.Response:  # type: ignore[override]
        """Answer a request."""
        path = copy_of(request.url)
        body = path.read_bytes() if path else b""
        response = requests.Response()
        response.request, response.url, response.encoding = request, request.url, "utf-8"
        response.status_code = 200 if path else 404
        response._content, response.raw = body, io.BytesIO(body)
        return response

    def close(self) -> None:
        """Nothing is open."""


def _schema(url: str, **_: Any) -> Any:
    name = url.partition("#")[0].rpartition("/")[2]
    content = json.loads((STANDARD / SCHEMAS[name]).read_text(encoding="utf-8"))
    return types.SimpleNamespace(json=lambda **_: content, raise_for_status=lambda: None)


def _no_network(*_: Any) -> None:
    raise OSError("this check may not use the network")


def review(package: str) -> dict[str, Any]:
    """What the tool says of a package."""
    session.settings.disabled = True
    session.mount("https://", Copies())
    # Else it asks for an archive of the repository.
    ExtensionVersion.repository_ref_download_url = property(lambda _: None)
    jsonref.requests = types.SimpleNamespace(get=_schema)
    socket.socket.connect = _no_network  # type: ignore[method-assign]
    from libcoveocds.api import ocds_json_output
    from libcoveocds.config import LibCoveOCDSConfig

    config = LibCoveOCDSConfig()
    archive = STANDARD / "standard-1__1__5.zip"
    config.config.update(standard_zip=f"file://{archive}", context="api")
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, Any] = ocds_json_output(
            folder, package, "1.1", lib_cove_ocds_config=config
        )
    return found


if __name__ == "__main__":
    print(json.dumps(review(sys.argv[1]), default=str))

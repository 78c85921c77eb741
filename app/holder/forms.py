"""The form by which a holder brings what the offline tool signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, ClassVar

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from app.registration import Given
from app.web.forms import Attachment, Form, Tick
from signatures.sealed.judging import Signed

FILES_MAX = 12
FILE_BYTES_MAX = 64 * 1024


class SignedFiles(Attachment):
    """Several files of the tool: `NAME.json` with `NAME.p7s` beside each."""

    kind = "signed_files"

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """The files that came."""
        self.data = [f for f in valuelist if isinstance(f, FileStorage) and f.filename]

    def pre_validate(self, _form: Any) -> None:
        """Each statement has its signature, and there is nothing else."""
        found: dict[str, dict[str, bytes]] = {}
        files: list[FileStorage] = self.data or []
        if not files:
            raise wtforms.validators.StopValidation(self.missing)
        if len(files) > FILES_MAX:
            raise wtforms.validators.StopValidation(_("最多%(most)s个文件", most=FILES_MAX))
        for file in files:
            path = PurePath((file.filename or "").replace("\\", "/"))
            octets = file.stream.read(FILE_BYTES_MAX + 1)
            if len(octets) > FILE_BYTES_MAX or path.suffix not in (".json", ".p7s"):
                raise wtforms.validators.StopValidation(
                    _("%(name)s不是要交的文件；keys.age不要上传", name=path.name)
                )
            found.setdefault(path.stem, {})[path.suffix] = octets
        for name, pair in found.items():
            if len(pair) != 2:
                raise wtforms.validators.StopValidation(
                    _("%(name)s缺少配对的.json或.p7s文件", name=name)
                )
        self.data = [
            Given(name, Signed(pair[".json"], pair[".p7s"])) for name, pair in found.items()
        ]


class KeysForm(Form):
    """Statements about keys, and the holder's word that the key file is kept."""

    refused_at: ClassVar[Mapping[str, str]] = {}
    files = SignedFiles(_l("holder文件夹里的.json和.p7s文件"), missing=_l("选择工具生成的文件"))
    kept = Tick(_l("keys.age已存到两个地方，口令我记得"), needed=True)


class SignForm(Form):
    """Nothing but a signature."""

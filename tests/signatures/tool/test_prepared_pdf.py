"""Signing a prepared PDF: the attributes are the client's own, and the place is the only one."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from weasyprint import HTML

from kernel.refusal import Refused
from signatures import cms, pades
from signatures.tool.cli import main
from signatures.tool.prepared_pdf import empty_place, sign_prepared
from tests.signatures.conftest import NOW, World


def one_page() -> bytes:
    pdf: bytes = HTML(string="<html lang=en><title>Contract</title><p>Ten desks").write_pdf()
    return pdf


@pytest.fixture
def prepared(world: World) -> pades.Prepared:
    signer = world.bidder
    return pades.prepare(
        one_page(), signer.certificate, signer.issuers, reason="contract", field="supplier"
    )


def test_the_server_finishes_what_the_tool_signed(world: World, prepared: pades.Prepared) -> None:
    signature = sign_prepared(prepared.document, world.bidder)
    done = pades.finish(prepared, signature, level=pades.Level.B_B)
    (verdict,) = pades.verify_pdf(done, world.trust, NOW, expected_fields=["supplier"])
    assert verdict.signer == world.bidder.certificate


def test_a_document_that_was_changed_after_preparing_is_not_finished(
    world: World, prepared: pades.Prepared
) -> None:
    altered = prepared.document.replace(b"contract", b"Contract")
    signature = sign_prepared(altered, world.bidder)
    with pytest.raises(Refused):
        pades.finish(prepared, signature, level=pades.Level.B_B)


@pytest.mark.parametrize(
    "change",
    [
        lambda pdf: pdf + b"more",
        lambda pdf: pdf[1:],
        lambda pdf: b"%PDF-1.7",
        lambda pdf: pdf.replace(b"/ByteRange [0", b"/ByteRange [1"),
    ],
)
def test_what_is_no_prepared_pdf_is_not_signed(prepared: pades.Prepared, change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as refused:
        empty_place(change(prepared.document))
    assert refused.value.refusal.code == "pdf_not_prepared"


def test_any_statement_is_shown_and_signed(world: World, tmp_path) -> None:  # type: ignore[no-untyped-def]
    statement = tmp_path / "statement.json"
    raw = b'{"origin":"sunlit.example/log","type":"sunlit/any/v1"}'
    statement.write_bytes(raw)
    p12 = tmp_path / "key.p12"
    p12.write_bytes(world.bidder.to_p12("secret"))
    out = tmp_path / "statement.p7s"
    asked = ["sign", str(statement), "--out", str(out), "--p12", str(p12)]
    done = CliRunner().invoke(main, asked, input="secret\nn\n")
    assert done.exit_code == 1
    assert "sunlit/any/v1" in done.output
    assert not out.exists()
    done = CliRunner().invoke(main, asked, input="secret\ny\n")
    assert done.exit_code == 0, done.output
    assert cms.verify_statement(raw, out.read_bytes(), world.trust, NOW).passed

"""The commands of `sunlit-bid`.

    sunlit-bid keys place                           where a holder is named, before making keys
    sunlit-bid keys make|possession|destruction     a key holder's keys for the parts of a tender
    sunlit-bid keys register                        send what vouches for them
    sunlit-bid committee fetch|check                who can open the bids, and by whose word
    sunlit-bid seal, withdraw                       make a bid's folder
    sunlit-bid sign                                 sign any statement, after showing it
    sunlit-bid sign-pdf                             sign a PDF that the server prepared
    sunlit-bid submit                               send a folder; keeps the receipt in it
    sunlit-bid receipt check                        what the receipt in a folder proves
    sunlit-bid receipt proof                        after the closing, its path to the closed root
    sunlit-bid boxes open, release                  a key holder after the closing
    sunlit-bid object                               a bidder at the opening, with the receipt
    sunlit-bid own-key                              a bidder's own key, where holders fall short

Passphrases are asked for, or read from SUNLIT_BID_P12_PASSWORD, SUNLIT_BID_KEYS_PASSPHRASE and
SUNLIT_BID_PASSWORD, so that they stand in no list of processes.
"""

from __future__ import annotations

import json
from pathlib import Path

import click

from kernel import canonical
from kernel.clock import Clock, SystemClock, instant
from kernel.money import Money
from kernel.refusal import Refused
from signatures import cms, merkle, notes
from signatures.sealed import statements
from signatures.sealed.readout import ReadOut
from signatures.tool import bidding, checking, folder, holder_cli, options
from signatures.tool.options import Server, Trusted, connect
from signatures.tool.prepared_pdf import sign_prepared


class Group(click.Group):
    """Commands whose refusals end with their code and facts, and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a lawful no is shown, everything else is a bug and crashes."""
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(str(refused.refusal)) from refused


@click.group(cls=Group)
@click.pass_context
def main(context: click.Context) -> None:
    """Seal bids and open boxes on your own computer, believing nothing that can be checked."""
    context.ensure_object(dict).setdefault("clock", SystemClock())


@main.group()
def committee() -> None:
    """Who can open the bids of a tender."""


@committee.command("fetch")
@options.server
@click.option("--tender", required=True)
@click.option("--out", type=options.NEW_FILE, required=True)
def committee_fetch(server: Server, tender: str, out: Path) -> None:
    """Fetch committee and notices into a file, for a computer without a network."""
    with connect(server) as session:
        record = session.package_record(tender)
    folder.write_new(out, json.dumps(record, indent=1).encode())


@committee.command("check")
@options.package
@options.trusted
@options.clock
def committee_check(package: Path, trusted: Trusted, clock: Clock) -> None:
    """Check signatures, rules and the public log, and show the fingerprint to compare."""
    checked = checking.check_package(
        options.read_package(package), trusted.trust, clock.now(), trusted.log
    )
    _show(checked)


def _show(checked: checking.CheckedTender) -> None:
    known = checked.committee
    click.echo(f"fingerprint  {known.fingerprint}")
    click.echo(f"closes at    {instant(checked.closes_at)}")
    click.echo(f"threshold    {known.threshold} of {len(known.holders)}")
    for holder in known.holders:
        click.echo(f"holder {holder.index}     {holder.organization}  {holder.certificate}")
    if not checked.logged:
        click.echo("NOT CHECKED: the public log (no --log given)", err=True)


@main.command()
@options.package
@options.trusted
@click.option("--lot", required=True)
@click.option("--bidder", required=True, help="The registered identifier of your organisation.")
@click.option("--technical", type=options.FOLDER, help="The folder with the technical files.")
@click.option("--price", type=options.FOLDER, help="The folder with offer.json and what else.")
@click.option("--total", help="The price that is read out, as 970000.00; it makes readout.json.")
@click.option("--delivery", default="", help="The delivery that is read out beside it.")
@click.option("--after", type=options.FOLDER, help="The folder of the act before this one.")
@click.option("--fingerprint", help="As the notice prints it; asked for if left out.")
@click.option("--without-log", is_flag=True, help="Seal although no public log was checked.")
@click.option("--out", type=options.NEW_FOLDER, required=True)
@options.signer
@options.keys_passphrase(new=True)
@options.clock
def seal(
    package: Path,
    trusted: Trusted,
    lot: str,
    bidder: str,
    technical: Path | None,
    price: Path | None,
    total: str | None,
    delivery: str,
    after: Path | None,
    fingerprint: str | None,
    without_log: bool,
    out: Path,
    p12: Path,
    p12_password: str,
    keys_passphrase: str,
    clock: Clock,
) -> None:
    """Seal a bid: check the committee, encrypt each part, sign one act for all of them."""
    checked = checking.check_package(
        options.read_package(package), trusted.trust, clock.now(), trusted.log
    )
    _show(checked)
    if not checked.logged and not without_log:
        raise click.UsageError("give --log and --log-key, or --without-log")
    printed = fingerprint or click.prompt("The fingerprint as the notice prints it")
    bidding.enforce_fingerprint(checked, printed)
    act = bidding.seal(
        checked,
        lot=lot,
        bidder=bidder,
        files={"technical": technical, "price": price},
        before=folder.read_act(after)[1] if after else None,
        signer=options.load_signer(p12, p12_password),
        passphrase=keys_passphrase,
        out=out,
        said=_read_out(total, delivery, checked.currency),
    )
    click.echo(f"act {act}")


def _read_out(total: str | None, delivery: str, currency: str) -> ReadOut | None:
    """What is to be read out, as the options say it; None if it lies in a file of the bidder's."""
    if total is None:
        return None
    try:
        return ReadOut(Money.parse(total, currency), delivery)
    except ValueError as problem:
        raise click.UsageError(f"--total: {problem}") from problem


@main.command()
@click.option("--after", type=options.FOLDER, required=True, help="The folder of the last act.")
@click.option("--out", type=options.NEW_FOLDER, required=True)
@options.signer
def withdraw(after: Path, out: Path, p12: Path, p12_password: str) -> None:
    """Make the withdrawal of a bid, to be sent by `submit`."""
    act = bidding.withdraw(folder.read_act(after)[1], options.load_signer(p12, p12_password), out)
    click.echo(f"act {act}")


@main.command()
@click.argument("statement", type=options.FILE)
@click.option("--out", type=options.NEW_FILE, required=True)
@click.option("--yes", is_flag=True, help="Sign without asking.")
@options.signer
def sign(statement: Path, out: Path, yes: bool, p12: Path, p12_password: str) -> None:
    """Sign a statement under the policy for statements, after showing what it says."""
    raw = statement.read_bytes()
    value = statements.read_canonical(raw, statements.STATEMENT_BYTES_MAX)
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))
    if not yes:
        click.confirm("Sign this?", abort=True)
    folder.write_new(out, cms.sign_statement(raw, options.load_signer(p12, p12_password)))


@main.command("sign-pdf")
@click.argument("prepared", type=options.FILE)
@click.option("--out", type=options.NEW_FILE, required=True)
@options.signer
def sign_pdf(prepared: Path, out: Path, p12: Path, p12_password: str) -> None:
    """Sign a PDF that the server prepared; the file written is the signature value alone."""
    signer = options.load_signer(p12, p12_password)
    folder.write_new(out, sign_prepared(prepared.read_bytes(), signer))


@main.command()
@options.server
@options.account
@click.argument("bid", type=options.FOLDER)
def submit(server: Server, account: str, password: str, bid: Path) -> None:
    """Send a bid or a withdrawal and keep its receipt; sending again changes nothing."""
    with connect(server) as session:
        session.log_in(account, password)
        answer = bidding.submit(session, bid)
    click.echo(f"accepted at {answer['accepted_at']}")


@main.group()
def receipt() -> None:
    """What the server answered."""


@receipt.command("proof")
@options.server
@options.account
@click.argument("bid", type=options.FOLDER)
def receipt_proof(server: Server, account: str, password: str, bid: Path) -> None:
    """After the closing: fetch the path from the receipt to the closed root, as held.json."""
    with connect(server) as session:
        session.log_in(account, password)
        closed = bidding.fetch_held(session, bid)
    click.echo(f"{bid / 'held.json'}: {'with its proof' if closed else 'the tender is open yet'}")


@receipt.command("check")
@click.argument("bid", type=options.FOLDER)
@click.option("--receipt-key", required=True, help="The receipt key (vkey) of the installation.")
@click.option("--trust", "trust_folder", type=options.FOLDER, help="Trust anchors for the seal.")
@options.clock
def receipt_check(bid: Path, receipt_key: str, trust_folder: Path | None, clock: Clock) -> None:
    """Check that the receipt is for the act in the folder and under the server's keys."""
    key = notes.VerifierKey.decode(receipt_key)
    trust = options.load_trust(trust_folder) if trust_folder else None
    said = bidding.check_receipt(bid, key, trust, clock.now())
    click.echo(f"accepted at  {said['accepted_at']}")
    click.echo(f"leaf         {merkle.leaf_hash(canonical.encode(said)).hex()}")
    click.echo(f"checkpoint   {said['checkpoint']}")
    if trust is None:
        click.echo("NOT CHECKED: the server's seal (no --trust given)", err=True)


@main.command("object")
@options.server
@options.account
@click.option("--text", "words", required=True, help="What was wrong at the opening.")
@click.option("--without-receipt", is_flag=True, help="Object to something else than a lost bid.")
@click.argument("bid", type=options.FOLDER)
def object_at_opening(
    server: Server, account: str, password: str, words: str, without_receipt: bool, bid: Path
) -> None:
    """Object at the opening; a receipt that is absent from the closed tree stops the lot."""
    with connect(server) as session:
        session.log_in(account, password)
        answer = bidding.objects(session, bid, words, with_receipt=not without_receipt)
    click.echo(f"objection {answer['objection']}")
    click.echo("the lot is stopped" if answer["stops_the_lot"] else "the lot goes on")


@main.command("own-key")
@options.server
@options.account
@options.trusted
@click.option("--closing-token", type=options.FILE, help="An outside time-stamp over the closing.")
@click.option("--without-outside-evidence", "waived", is_flag=True, help="As for `release`.")
@click.argument("bid", type=options.FOLDER)
@options.keys_passphrase()
@options.clock
def own_key(
    server: Server,
    account: str,
    password: str,
    trusted: Trusted,
    closing_token: Path | None,
    waived: bool,
    bid: Path,
    keys_passphrase: str,
    clock: Clock,
) -> None:
    """Give your own key for the parts of your bid that the holders do not open, and no other."""
    now = clock.now()
    tender = str(folder.read_act(bid)[1].statement["tender"])
    evidence = checking.Evidence(
        trust=trusted.trust,
        now=now,
        tender=tender,
        log=trusted.log,
        token=closing_token.read_bytes() if closing_token else None,
        waived=waived,
    )
    with connect(server) as session:
        session.log_in(account, password)
        checked = checking.check_package(session.package(tender), trusted.trust, now, trusted.log)
        terms = checking.terms_of(checked, evidence=evidence, closing_known=None)
        given = bidding.give_own_keys(session, bid, keys_passphrase, terms=terms, now=now)
    for part in given:
        click.echo(f"{part}: key given")


for _command in (holder_cli.keys, holder_cli.boxes, holder_cli.release):
    main.add_command(_command)


if __name__ == "__main__":
    main()

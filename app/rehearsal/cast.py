"""People: registered, enrolled, granted roles by one administrator and confirmed by another."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.container import Container
from journal.work import Work
from kernel.text import Text
from kernel.vocabulary import Actor, Role
from procurement.parties import queries, services
from procurement.parties.services import NewOrganization, NewPerson
from procurement.parties.signing import ExaminedPdf, ExaminedSignature, examine_signature
from signatures import cms
from signatures.development import DevelopmentPki
from signatures.signers import Signer

if TYPE_CHECKING:
    from app.rehearsal.play import Play

ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Firm:
    """An organization that plays."""

    id: str
    identifier: str
    name: Text


@dataclass
class Player:
    """A person with a key of their own, and the roles that were granted."""

    person: str
    name: str
    login: str
    firm: Firm
    signer: Signer
    actor: Actor
    # Identities of a key holder by (tender, part); a real holder keeps them in a file.
    identities: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def signs(self, statement: bytes) -> bytes:
        """The person's CMS over a statement."""
        return cms.sign_statement(statement, self.signer)


class Cast:
    """Everybody who plays in one installation."""

    def __init__(
        self, installation: Container, pki: DevelopmentPki, *, password_hash: str, keep_keys: bool
    ) -> None:
        self.installation = installation
        self.pki = pki
        self.firms: dict[str, Firm] = {}
        self.players: dict[str, Player] = {}
        self.panelists: tuple[Player, ...] = ()
        self._password_hash = password_hash
        self.keeps_keys = keep_keys
        # Renders and signs the notice of a play as a document; plays publish without if None.
        self.make_notice: Callable[[Play], ExaminedPdf] | None = None
        self._administrators: tuple[Actor, Actor] | None = None

    def found(self, operator: NewOrganization, administrators: tuple[str, str]) -> None:
        """Found the installation: two administrators, who can do nothing alone."""
        log_key = self.installation.keys.log_vkey.encode()
        with self.installation.journal.write() as work:
            founded = services.found_installation(
                work,
                operator,
                [self._new_person(name, f"admin{n}") for n, name in enumerate(administrators, 1)],
                log_key=log_key,
            )
        with self.installation.journal.read() as work:
            first, second = (
                queries.actor_for(work.session, id, ADDRESS) for id in founded.administrators
            )
        self._administrators = (first, second)
        self.firms[operator.identifier] = Firm(
            founded.organization, operator.identifier, operator.name
        )

    def firm(
        self, identifier: str, name: Text, *, scheme: str = "CN-USCC", size: str = "large"
    ) -> Firm:
        """The organization with this identifier, registered on first use."""
        if identifier not in self.firms:
            with self.installation.journal.write() as work:
                id = services.register_organization(
                    work, self._first, NewOrganization(identifier, scheme, name, size)
                )
            self.firms[identifier] = Firm(id, identifier, name)
        return self.firms[identifier]

    def player(
        self,
        login: str,
        name: str,
        firm: Firm,
        roles: Iterable[tuple[Role, Firm]],
        *,
        signer: Signer | None = None,
    ) -> Player:
        """The person with this log-in, enrolled on first use with a certificate and these roles."""
        if login not in self.players:
            self.players[login] = self._enrol(login, name, firm, tuple(roles), signer)
        return self.players[login]

    def grant(self, player: Player, roles: Iterable[tuple[Role, Firm]]) -> None:
        """Grant more roles; what is held already stays as it is."""
        missing = [
            (role, firm) for role, firm in roles if firm.id not in player.actor.organizations(role)
        ]
        if not missing:
            return
        with self.installation.journal.write() as work:
            self._grant(work, player.person, missing)
        self._reload(player)

    def examined(self, player: Player, statement: bytes) -> ExaminedSignature:
        """A statement signed by the player and examined as the server does it."""
        return examine_signature(
            statement,
            player.signs(statement),
            trust=self.installation.trust,
            at=self.installation.clock.now(),
        )

    def _enrol(
        self,
        login: str,
        name: str,
        firm: Firm,
        roles: tuple[tuple[Role, Firm], ...],
        signer: Signer | None,
    ) -> Player:
        signer = signer or self.pki.issue_person(
            name,
            firm.name.zh,
            firm.identifier,
            file_name=login if self.keeps_keys else None,
            serial_number=secrets.token_hex(9),
            keep=self.keeps_keys,
        )
        with self.installation.journal.write() as work:
            person = services.enrol_person(
                work, self._first, firm.id, self._new_person(name, login)
            )
            services.enrol_certificate(work, self._first, person, signer.certificate)
            self._grant(work, person, roles)
        player = Player(person, name, login, firm, signer, Actor(person))
        self._reload(player)
        return player

    def _grant(self, work: Work, person: str, roles: Iterable[tuple[Role, Firm]]) -> None:
        for role, firm in roles:
            grant = services.propose_grant(work, self._first, person, role, firm.id)
            services.confirm_grant(work, self._second, grant)

    def _reload(self, player: Player) -> None:
        with self.installation.journal.read() as work:
            player.actor = queries.actor_for(work.session, player.person, ADDRESS)

    def _new_person(self, name: str, login: str) -> NewPerson:
        return NewPerson(name, login, self._password_hash)

    @property
    def _first(self) -> Actor:
        return self._pair[0]

    @property
    def _second(self) -> Actor:
        return self._pair[1]

    @property
    def _pair(self) -> tuple[Actor, Actor]:
        if self._administrators is None:
            raise RuntimeError("found the installation first")
        return self._administrators

"""What may happen to a lot between the closing and the end of its opening."""

from __future__ import annotations

from kernel.lifecycle import Lifecycle
from kernel.vocabulary import Action, LotStage

_SEALED, _OPENED, _FAILED = LotStage.SEALED, LotStage.OPENED, LotStage.FAILED

OPENING: Lifecycle[LotStage] = Lifecycle(
    "lot",
    _SEALED,
    {
        (_SEALED, Action.OBJECT_AT_OPENING): _SEALED,
        (_SEALED, Action.RELEASE_SHARES): _SEALED,
        (_SEALED, Action.GIVE_OWN_KEY): _SEALED,
        (_SEALED, Action.LEAVE_SEALED): _FAILED,
        (_SEALED, Action.OPEN_LOT): _OPENED,
        (_OPENED, Action.OBJECT_AT_OPENING): _OPENED,
        # A holder who comes late may still release: it changes nothing that is open.
        (_OPENED, Action.RELEASE_SHARES): _OPENED,
        (_OPENED, Action.SIGN_OPENING_RECORD): _OPENED,
        # On the spot: once the bids are being judged, silence has counted as acceptance (87-42).
        (_OPENED, Action.CONFIRM_OPENING): _OPENED,
    },
)

"""Every verb that a person may try, as one act by one person, at whatever time and stage.

An attempt takes what there is at the moment, or a thing that does not exist; it signs with the key
of whoever tries. What becomes of it is for the rules: it is done, or it is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from kernel.vocabulary import Action
from tests.properties.after_opening import AFTER_OPENING
from tests.properties.before_opening import BEFORE_OPENING
from tests.properties.scene import Attempt

ATTEMPTS: Mapping[Action, Attempt] = {**BEFORE_OPENING, **AFTER_OPENING}

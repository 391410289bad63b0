"""An agent: what a colleague asks of it, it asks of its model until the reply can be used.

Replies that a program must read are asked for with a JSON schema; code is asked for as fenced blocks named by
their paths. What does not fit is asked again, with what was wrong; what was cut off is continued.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from agents.asked_files import AskedFiles
from agents.bounds import WORDS_LENGTH, change_length, going_on
from agents.contracts import USUAL, Sampling
from agents.errors import ReplyDoesNotFit
from agents.expected import continuing, settled
from agents.forms import Form
from agents.loops import Refusals
from agents.received import Enough, WholeReply
from agents.replies import join, read_files, read_value
from agents.speaker import Speaker
from agents.stage import Stage

FormT = TypeVar("FormT", bound=Form)

ASK_AGAIN = 2  # how often a reply that does not fit is asked for again
CONTINUE = 4  # how often a reply that was cut off is continued
ENDLESS = "Your reply went on and on and was ended. Reply again, shorter, and say everything once."
MOST_BROKEN = 2  # replies whose blocks did not apply, after which a role gives whole files


class Agent(Speaker):
    """A member of the team that replies in words, with a filled form or with files."""

    def __init__(self, stage: Stage, path: str, role: str, system: str) -> None:
        super().__init__(stage, path, role, system)
        self._broken_blocks = 0  # replies with blocks that did not apply

    async def say(self, to: str, *, sampling: Sampling = USUAL) -> str:
        """A reply in words, whole even when it had to be continued. `ReplyDoesNotFit` when it stays empty."""
        first = self._begin_asking()
        for _ in range(1 + ASK_AGAIN):
            said = await self._whole(to, sampling, WORDS_LENGTH)
            if said.text.strip() and not said.endless:
                return said.text
            self._refuse(said.text, ENDLESS if said.endless else "Your reply was empty. Reply again.")
        raise self._does_not_fit(
            first, "its replies did not come to an end" if said.endless else "its replies were empty"
        )

    async def fill(self, to: str, form: type[FormT], *, sampling: Sampling = USUAL) -> FormT:
        """A typed reply: the model is held to the form's JSON schema, and the reply is validated.

        Raises `ReplyDoesNotFit` when the third reply still does not validate.
        """
        if not self._memory.was_told(form.asked()):
            self.remember(form.asked())
        problem = ""
        self._memory.mark()
        first = self._begin_asking()
        for _ in range(1 + ASK_AGAIN):
            reply = await self._turn(to, sampling, form)
            if reply.truncated or reply.endless:
                problem = "The reply was cut off before it was complete; be shorter."
            else:
                try:
                    value = read_value(reply.text, form)
                except ReplyDoesNotFit as error:
                    problem = error.detail or error.message
                else:
                    self._memory.settle(settled(reply.text, value))
                    return value
            self._refuse(
                reply.text,
                f"Your reply does not fit the asked form:\n{problem}\n"
                "Reply again with one JSON object of the asked form and nothing else.",
            )
        raise self._does_not_fit(first, f"its reply is no valid {form.__name__}", problem)

    async def write_files(
        self,
        to: str,
        *,
        existing: Mapping[str, str],
        only: str = "",
        main: str = "",
        required: bool = True,
        sampling: Sampling = USUAL,
        enough: Enough | None = None,
    ) -> dict[str, str | None]:
        """Files by path (None: deleted), from fenced blocks; `existing` ones may be changed by exact edits.

        What could not be read is reported back and asked again; what could be read is kept meanwhile. With
        `required`, a reply without any file is asked again too. Raises `ReplyDoesNotFit` when a required
        file has still not come after that. Where there is no file yet, `main` is the Python file that was
        asked for, which the only block of a reply means when it has no name. A reply of which `enough` has
        come is ended.
        """
        asked = AskedFiles(existing, only=only, main=main, required=required)
        first = self._begin_asking()
        for _ in range(1 + ASK_AGAIN):
            said = await self._whole(to, sampling, change_length(asked.known), enough)
            if said.endless:
                asked.problems = ["The reply did not come to an end."]
                self._refuse(said.text, ENDLESS)
                continue
            last_time, before = self._broken_blocks + 1 >= MOST_BROKEN, asked.known
            self._notice(*asked.take(said.text, ended=said.ended, whole=last_time))
            self._memory.known.wrote(asked.latest, said.text, before)
            self._learn_of_blocks(asked.broke)
            if not asked.problems:
                break
            problems = "\n- ".join(asked.problems)
            self._refuse(said.text, f"Your reply could not be used as it is:\n- {problems}")
        if not asked.files and required:
            problems = "\n".join(asked.problems)
            raise self._does_not_fit(first, "its replies hold no file that can be used", problems)
        self._notice(*asked.problems)
        return asked.files

    @property
    def gives_whole_files(self) -> bool:
        """Whether it is asked for whole files only, since its blocks did not apply."""
        return self._broken_blocks >= MOST_BROKEN

    def _learn_of_blocks(self, broke: bool) -> None:
        self._broken_blocks += broke
        if broke and self._broken_blocks == MOST_BROKEN:
            self._notice(f"The {self.role}'s blocks did not apply; from now on it is asked for whole files.")

    async def _whole(
        self, to: str, sampling: Sampling, most: int | None, enough: Enough | None = None
    ) -> WholeReply:
        """A reply in text of about `most` tokens, continued where it was cut off, or ended within a file."""
        reply = await self._turn(to, sampling, most=most, enough=enough)
        text, ended = reply.text, not (reply.truncated or self._may_have_stopped)
        for _ in range(CONTINUE):
            if reply.endless or not (reply.truncated or read_files(text, ended=ended).truncated):
                break
            ended = False
            self._stops = self._stops and reply.truncated  # else the file itself may hold such a mark
            self.remember(going_on(text))
            reply = await self._turn(to, sampling, most=most, enough=continuing(text, enough))
            text = join(text, reply.text)
        return WholeReply(text, reply.endless, ended)

    # --- asking again --------------------------------------------------------------------------------

    def _begin_asking(self) -> int:
        """Something new is asked for; the ordinal of the first message of it."""
        self._refused, self._stops = Refusals(), True
        return self._ordinals.get("#", 0) + 1

    def _refuse(self, reply: str, why: str) -> None:
        """Ask again; a model that gave the refused reply before is told so, and given more freedom."""
        if self._refused.take(reply, self._replied_by):
            self._notice(f"The {self.role} gave the same unusable reply again; it is asked more freely.")
            why = f"{why}\nYou gave this very reply before, and it was refused. Write another one."
        self._stops = self._stops and bool(reply.strip())  # a mark at its very beginning leaves nothing
        self.remember(why)

    def _does_not_fit(self, first: int, what: str, detail: str = "") -> ReplyDoesNotFit:
        return ReplyDoesNotFit(
            f"The {self.role} ({self.model}) could not give a usable reply: {what}.",
            "Continue the run to ask again, or choose another model for this role.",
            detail,
            retry_from=f"{self.path}#{first}",
        )

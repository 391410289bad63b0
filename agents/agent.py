"""An agent: a role, a model, and the memory of the talk at hand. It takes one turn at a time.

Memory is short-term, as in ChatDev (arXiv:2307.07924): `forget` starts a new talk, and only what its first
prompt carries is known there. Replies that a program must read are asked for with a JSON schema; code is
asked for as fenced blocks named by their paths. What does not fit is asked again, with what was wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from agents.asked_files import AskedFiles
from agents.bounds import FORM_LENGTH, WORDS_LENGTH, change_length, going_on, stops_for
from agents.calls import CallStopped, Dismissed
from agents.cast import tokens_in
from agents.contracts import USUAL, ChatRequest, ModelOptions, Sampling
from agents.errors import Bug, ContextTooSmall, ReplyDoesNotFit
from agents.events import MessageCompleted, NoticeGiven
from agents.expected import continuing, fitting, renderer, settled
from agents.forms import Form
from agents.loops import FREELY, SAME_TWICE, Refusals, Repetitions
from agents.memory import SUM_UP, Memory
from agents.one_talk import OUTGROWN
from agents.phases import current_phase
from agents.prompts import Prompt
from agents.received import ChatReply, Enough, WholeReply
from agents.replies import join, read_files, read_value
from agents.shortening import shortened
from agents.stage import Stage, Turn

FormT = TypeVar("FormT", bound=Form)

ASK_AGAIN = 2  # how often a reply that does not fit is asked for again
CONTINUE = 4  # how often a reply that was cut off is continued
ENDLESS = "Your reply went on and on and was ended. Reply again, shorter, and say everything once."
SUMMARY_LENGTH = 512  # tokens for the summary of a talk
MOST_BROKEN = 2  # replies whose blocks did not apply, after which a role gives whole files
LEAST_ROOM = 1024  # tokens that must be left for a reply


class Agent:
    """One member of the team. `path` is its place in the hierarchy, `role` its title."""

    def __init__(self, stage: Stage, path: str, role: str, system: str) -> None:
        self.path = path
        self.role = role
        self.model = stage.cast.model(role)
        self._stage = stage
        self._memory = stage.memory(self.model, role, system)
        self._ordinals: dict[str, int] = {}
        self._speaking = False
        self._given = Repetitions()
        self._refused = Refusals()  # while something is asked for
        self._replied_by = ""  # the server of the latest reply
        self._stops, self._may_have_stopped = True, False
        self._thinks_aloud = False  # within its replies, of which no length can be told then
        self._broken_blocks = 0  # replies with blocks that did not apply

    def next_key(self, mark: str) -> str:
        """The next identity of a thing of this agent: `#` messages, `$` commands, `?` questions."""
        self._ordinals[mark] = self._ordinals.get(mark, 0) + 1
        return f"{self.path}{mark}{self._ordinals[mark]}"

    def last_key(self, mark: str) -> str:
        """The latest identity that `next_key` gave."""
        return f"{self.path}{mark}{self._ordinals.get(mark, 0)}"

    def first_words(self) -> ChatRequest:
        """What each of its requests begins with."""
        return self._request(self._memory.begun_anew(), USUAL, None, None)

    @property
    def room(self) -> int:
        """How many characters a prompt may have, so that a quarter of the context is left for the reply."""
        return int(self._stage.cast.context(self.model) * 0.75 * 3)

    def dismiss(self) -> None:
        """What this agent does is not needed any more: what it says now is ended, and it says no more.

        Whoever waits for it gets `Dismissed`. Nothing happens to one that was dismissed before.
        """
        self._stage.calls.dismiss(self.path)

    # --- memory ------------------------------------------------------------------------------------

    @property
    def talk(self) -> str:
        """What the talk at hand holds."""
        return "\n\n".join(message.content for message in self._memory.messages[1:])

    def forget(self) -> None:
        """Begin a new talk."""
        self._memory.forget()

    def turn_to(self, speaker: Agent, prompt: Prompt, *, follows: bool = False) -> None:
        """Hear a new thing to do: anew, or in the talk at hand where the server surely still holds that.

        It does where the team shares one talk, where it keeps a place for this agent (`agents.places`), and
        where the prompt `follows` what this agent did last and nobody else spoke with the model since. Only
        what is not known yet is said then (`agents.known`). What there is no room for begins a new talk.
        """
        stage, memory = self._stage, self._memory
        kept = memory.goes_on or self.path in stage.places.kept
        held = kept or (follows and stage.spoke.get(self.model) == self.path)
        if not held or memory.characters + len(memory.known.news(prompt)) > self.room:
            if memory.goes_on and len(memory):
                self._notice(OUTGROWN.format(stage.cast.context(self.model)))
            memory.clear()
        self.hear(speaker, prompt, whole=True)

    def hear(self, speaker: Agent, prompt: Prompt, *, whole: bool = False) -> None:
        """Take in what a colleague says from a template (nothing is generated); the transcript shows it.

        `whole`: it needs no talk before it, so in a long talk it outlasts what came before. Raises
        `Dismissed` when nothing is needed of this agent any more.
        """
        self._stage.calls.check_needed(self.path)
        key = speaker.next_key("#")
        self._stage.totals.utterances += 1
        if (amended := self._stage.amendments.get(key)) is not None:
            prompt = prompt.amended(amended)
        said = MessageCompleted(
            message=key,
            speaker=speaker.path,
            to=self.path,
            phase=current_phase(),
            text=prompt.said,
            origin="template",
        )
        self._stage.log.emit(said, f"message:{key}")
        self._memory.take_in(prompt, whole=whole)

    def remember(self, text: str) -> None:
        """Take in something that a colleague said and the transcript already has."""
        self._memory.remember(text)

    # --- turns -------------------------------------------------------------------------------------

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
            last_time = self._broken_blocks + 1 >= MOST_BROKEN
            self._notice(*asked.take(said.text, ended=said.ended, whole=last_time))
            self._memory.known.wrote(asked.latest, said.text)
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

    async def _turn(
        self,
        to: str,
        sampling: Sampling,
        form: type[FormT] | None = None,
        most: int | None = None,
        enough: Enough | None = None,
    ) -> ChatReply:
        with self._speaking_alone():
            await self._make_room(to)
            # What a thinking model writes on its way to the answer looks like anything.
            fits = fitting(form) if form and self.model not in self._stage.cast.thinking else None
            turn = Turn(self.next_key("#"), self.path, to, current_phase(), renderer(form), fits, enough)
            remarks: list[tuple[str, str]] = []
            while True:
                remarks += self._hear_the_user(turn.key)
                asked = self._memory.latest
                if not self._has_room():  # for what the user said just now
                    self._shorten(len(self._memory.oldest(self.room // 2)))
                request = self._request(self._memory, sampling, form, most)
                try:
                    reply = await self._stage.chat(turn, request, remarks)
                except CallStopped:
                    await self._stage.journal.gate()  # it waits here, and what is said meanwhile is heard
                else:
                    if reply.ended == "unneeded":
                        raise Dismissed
                    if sampling == USUAL:  # whoever samples asks the same on purpose
                        self._watch(asked, reply)
                    self._replied_by = reply.host
                    self._memory.answer(reply.text)
                    self._thinks_aloud = self._thinks_aloud or bool(reply.thinking)
                    return reply

    @contextmanager
    def _speaking_alone(self) -> Iterator[None]:
        if self._speaking:
            raise Bug(f"{self.path} was asked by two branches at once; each needs an agent of its own.")
        self._speaking = True
        try:
            yield
        finally:
            self._speaking = False

    def _hear_the_user(self, key: str) -> list[tuple[str, str]]:
        """The user's remarks for this turn: those of the finished step in a replay, else those that wait."""
        recorded = self._stage.journal.recorded(key)
        if recorded is None:
            remarks = self._stage.inbox.take(self.path)
        else:
            remarks = [(remark, text) for remark, text in recorded.get("remarks", [])]
        for _, text in remarks:
            self._memory.remark(text)
        return remarks

    def _fits(self) -> bool:
        """Whether the context has room for the talk and a reply."""
        return tokens_in(self._memory.characters) + LEAST_ROOM <= self._stage.cast.context(self.model)

    def _has_room(self) -> bool:
        """Whether the talk fits, without what came before the latest prompt if need be."""
        if not self._fits() and self._memory.begin_with_prompt():
            self._notice(
                "The talk had grown too long for the context; what came before this task is left out."
            )
        return self._fits()

    async def _make_room(self, to: str) -> None:
        """Put a summary in the place of a long talk's oldest exchanges, once for many turns.

        They are summed up by the agent itself; its opening prompt stays.
        """
        if self._has_room() or not (oldest := self._memory.oldest(self.room // 2)):
            return
        told = "\n\n".join([self._memory.summary, *(message.content for message in oldest)]).strip()
        clerk = self._memory.begun_anew()
        clerk.remember(SUM_UP.format(talk=shortened(told, self.room // 2)))
        turn = Turn(self.next_key("#"), self.path, to, current_phase(), str)
        reply = await self._stage.chat(turn, self._request(clerk, USUAL, None, SUMMARY_LENGTH), [])
        self._shorten(len(oldest), "" if reply.truncated or reply.endless else reply.text)

    def _shorten(self, count: int, summary: str = "") -> None:
        self._memory.sum_up(count, summary)
        how = "summed up" if summary.strip() else "left out"
        self._notice(
            f"The talk had grown too long for the context; {count // 2} of its exchanges were {how}."
        )

    def _request(
        self, memory: Memory, sampling: Sampling, form: type[FormT] | None, most: int | None
    ) -> ChatRequest:
        context, needed = self._stage.cast.context(self.model), tokens_in(memory.characters)
        if needed + LEAST_ROOM > context:
            raise ContextTooSmall(
                f"The prompt for the {self.role} has about {needed:,} tokens; "
                f"that does not fit the {context:,} tokens of {self.model}.",
                "Start again with a larger context (--num-ctx) or a model that has one.",
            )
        asked_before = sampling == USUAL and self._given.times(memory.latest) >= SAME_TWICE
        looping = self._refused.freely or asked_before
        thinks = self.model in self._stage.cast.thinking
        left = context - needed
        bound = FORM_LENGTH if form else most
        stop = () if form or not self._stops else stops_for(memory.messages)
        self._may_have_stopped = bool(stop)
        return ChatRequest(
            model=self.model,
            messages=memory.messages,
            options=ModelOptions(
                num_ctx=context,
                num_predict=min(left, bound) if bound and not (thinks or self._thinks_aloud) else left,
                temperature=FREELY if looping else sampling.temperature,
                seed=sampling.seed,
                stop=stop,
            ),
            format=form.schema_of() if form else None,
            think=self._stage.think if thinks else None,
            refused_by=self._refused.by,
        )

    # --- loops -------------------------------------------------------------------------------------

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

    def _watch(self, asked: str, reply: ChatReply) -> None:
        """Notice the same reply to the same words; from then on the model is asked these more freely."""
        if self._given.take(asked, f"{reply.text}{reply.tool_calls}") == SAME_TWICE and reply.text.strip():
            self._notice(f"The {self.role} gave the same reply to the same words again.")

    def _notice(self, *texts: str) -> None:
        for text in texts:
            notice = NoticeGiven(text=text, level="warning", phase=current_phase(), agent=self.path)
            self._stage.log.emit(notice, self.next_key("!"))

    def _does_not_fit(self, first: int, what: str, detail: str = "") -> ReplyDoesNotFit:
        return ReplyDoesNotFit(
            f"The {self.role} ({self.model}) could not give a usable reply: {what}.",
            "Continue the run to ask again, or choose another model for this role.",
            detail,
            retry_from=f"{self.path}#{first}",
        )

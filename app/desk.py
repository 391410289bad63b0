"""What the window means: its actions and views are tied to the runs here, and the dialogs are opened here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from agents.contracts import Question
from agents.errors import UserFacingError
from agents.events import EVERYONE
from agents.models.demo import demo_plan
from agents.models.ollama import OllamaModel
from agents.plan import Plan
from app.attention import Attention
from app.background import Background
from app.benching import Benching
from app.company_talk import CompanyTalk
from app.comparing import Comparing
from app.controller import Controller
from app.conversations import Conversations
from app.dialogs.about import AboutDialog
from app.dialogs.error import ErrorDialog, dialog_for
from app.dialogs.settings import SettingsDialog
from app.downloads import Downloads
from app.everyday import Everyday
from app.exchanges import Exchanges
from app.file_talk import FileTalk
from app.first_steps import FirstSteps
from app.i18n import marked, tr
from app.measuring import Measurements
from app.model_talk import ModelTalk
from app.program_talk import ProgramTalk
from app.project_talk import ProjectTalk
from app.replaying import Replaying
from app.serverwatch import ServerWatch
from app.session import Session
from app.settings import WindowSettings
from app.shelf import Shelf
from app.sprint_talk import SprintTalk
from app.taking_part import TakingPart
from app.task_talk import TaskTalk
from app.theme import ThemeSource
from app.told import retold
from app.window import MainWindow

CONTINUE, GO_ON, DETAILS, ANSWER = marked("Continue"), marked("Go on"), marked("Details"), marked("Answer")


class Desk(QObject):
    """Ties a window to a controller for as long as both live."""

    def __init__(
        self,
        window: MainWindow,
        controller: Controller,
        source: ThemeSource,
        settings: WindowSettings,
        background: Background,
    ) -> None:
        super().__init__(window)
        self._window, self._controller = window, controller
        self._source, self._settings = source, settings
        self._background = background
        self._bound: Session | None = None
        self._put_off: list[str] = []
        self._talks = Conversations(window)
        self._company = CompanyTalk(
            window, source, settings, OllamaModel, controller.studio.home, background, self.tell
        )
        self._projects = ProjectTalk(window, controller, settings, background, self._company.companies)
        self._tasks = TaskTalk(window, controller, settings, background, self._projects.models)
        self._shelf = Shelf(window, controller, settings, background, self._projects, self.tell)
        self._server = ServerWatch(window, settings, OllamaModel, background, self, controller.studio.hosts)
        self._downloads = Downloads(OllamaModel, background, self)
        measurements = Measurements(OllamaModel, controller.studio.hosts, background, self)
        self._models = ModelTalk(
            window, source, settings, OllamaModel, self._downloads, measurements, self._server, background
        )
        self._first = FirstSteps(
            window.welcome,
            self._server,
            self._downloads,
            OllamaModel,
            settings,
            controller.studio.home,
            background,
            self,
        )
        self._taking_part = TakingPart(window, controller, background)
        self._sprints = SprintTalk(window, controller)
        self._everyday = Everyday(window, controller, source, settings, self.open)
        self._attention = Attention(window, controller, settings)
        self._replaying = Replaying(window, controller, background)
        self._comparing = Comparing(window, controller, source, background)
        self._benching = Benching(window, controller, source, settings, background, self._projects.models)
        self._exchanges = Exchanges(window, controller, background)
        self._file_talk = FileTalk(window, controller, background)
        self._program_talk = ProgramTalk(window, controller, background)
        self._connect()
        self._list_runs()
        self._show(None)
        self._server.look()

    def begin(self, plan: Plan) -> None:
        """Start a run at once, without a dialog."""
        self._background.start(self._start(plan))

    def open(self, number: int) -> None:
        """Show a stored run."""
        self._background.start(self._open(number))

    # --- tying together ----------------------------------------------------------------------------

    def _connect(self) -> None:
        window, controller, actions = self._window, self._controller, self._window.commands
        actions.new.triggered.connect(self._new)
        actions.demo.triggered.connect(lambda: self.begin(demo_plan()))
        actions.run.triggered.connect(self._run)
        actions.pause.triggered.connect(self._pause)
        actions.stop.triggered.connect(self._stop)
        actions.answer.triggered.connect(self._answer_oldest)
        actions.folder.triggered.connect(self._open_folder)
        actions.search.triggered.connect(window.projects.search.setFocus)
        actions.find.triggered.connect(lambda: self._on_page(window.page.find_words))
        actions.speak.triggered.connect(lambda: self._on_page(window.page.composer.text.setFocus))
        actions.home.triggered.connect(lambda: controller.show(None))
        actions.models.triggered.connect(self._models.open)
        actions.companies.triggered.connect(self._company.open)
        self._first.managing.connect(self._models.open)
        actions.figures.triggered.connect(lambda: self._on_page(window.page.show_figures))
        actions.settings.triggered.connect(self._open_settings)
        actions.about.triggered.connect(lambda: AboutDialog(controller.studio.home, window).open())
        actions.quit.triggered.connect(window.close)
        window.projects.chosen.connect(self.open)
        window.projects.returned.connect(self._return)
        window.page.composer.said.connect(self._say)
        window.page.composer.writing.connect(self._expect)
        window.page.notice.acted.connect(self._act)
        controller.shown.connect(self._show)
        controller.opening.connect(self._show_loading)
        controller.read.connect(window.loading.advance)
        window.loading.cancelled.connect(controller.give_up)
        controller.listed.connect(self._list_runs)
        controller.asked.connect(self._ask)
        controller.failed.connect(self.tell)

    def tell(self, error: BaseException) -> None:
        """Show an error in a dialog, and keep it in the list of problems."""
        self._window.problems.add(error)
        dialog_for(error, self._window).open()

    # --- what is shown -----------------------------------------------------------------------------

    def _show_loading(self, _number: int) -> None:
        self._window.loading.begin()
        self._window.pages.setCurrentWidget(self._window.loading)

    def _show(self, session: Session | None) -> None:
        if self._bound is not None:
            self._bound.ticked.disconnect(self._refresh)
            self._bound.replaced.disconnect(self._bind)
            self._bound.turned.disconnect(self._turn)
            self._bound.user.settled.disconnect(self._turn)
        self._bound = session
        if session is not None:
            session.ticked.connect(self._refresh)
            session.replaced.connect(self._bind)
            session.turned.connect(self._turn)
            session.user.settled.connect(self._turn)
        self._bind()

    def _bind(self) -> None:
        """Show the bound session's state from its beginning."""
        window, session = self._window, self._bound
        window.status.show_state(session.state if session else None)
        if session is not None:
            window.page.show_state(session.state, self._controller.studio.store.blob)
        window.pages.setCurrentWidget(window.page if session else window.welcome)
        window.projects.mark(session.number if session else 0)
        self._turn()

    def _return(self, number: int) -> None:
        """The run that is open was clicked again: it comes before whatever page hides it."""
        if self._bound is not None and self._bound.number == number:
            self._window.pages.setCurrentWidget(self._window.page)

    def _on_page(self, do: Callable[[], object]) -> None:
        """Do something on the page of the run, which is brought forward."""
        self._window.pages.setCurrentWidget(self._window.page)
        do()

    def _offer(self) -> None:
        """Allow what the moment allows: to answer, and to end the calls that are open."""
        session = self._bound
        self._window.commands.stop_call.setEnabled(bool(session and session.calling))
        put_off = [asked.question for asked in session.put_off] if session else []
        self._window.commands.answer.setEnabled(bool(put_off or (session and session.user.waiting())))
        if put_off != self._put_off:
            self._put_off = put_off
            self._notice()

    def _refresh(self) -> None:
        self._offer()
        self._window.page.refresh()
        self._window.status.refresh()
        self._everyday.refresh_problems()

    def _turn(self) -> None:
        """Show whether the run goes on, waits, asks or has ended."""
        window, session = self._window, self._bound
        going, paused = (session.going, session.paused) if session else (False, False)
        follow = bool(session and session.followable)
        window.commands.show_run(
            going=going,
            paused=paused,
            continuable=session.continuable if session else False,
            shown=session is not None,
            followable=follow,
            elsewhere=bool(session and session.elsewhere),
        )
        self._offer()
        self._sprints.refresh()
        window.toolbar.show_run(session.state.run if session else None)
        window.page.composer.set_going(going, follow=follow)
        window.status.set_going(going and not paused)
        window.projects.mark(session.number if session else 0)
        self._notice()
        if session is not None:
            self._server.follow(session.state.run.demo, self._host_of(session))

    def _host_of(self, session: Session) -> str | None:
        """The servers that a run's plan names; None where there is no plan to be read yet, or any more."""
        if not session.number:
            return None
        with suppress(UserFacingError):
            return self._controller.studio.plan(session.number).host
        return None

    def _notice(self) -> None:
        """The banner: a question that waits, a pause, or why the run stands still."""
        notice, session = self._window.page.notice, self._bound
        if session is None or session.replaying:
            notice.hide()
            return
        run = session.state.run
        if waiting := session.user.waiting():
            role, _ = session.asker(waiting[0])
            title = tr("{role} asks: {question}", role=role, question=_plain(waiting[0].text))
            notice.say("question", "accent", title, "", tr(ANSWER))
        elif session.paused:
            notice.say("pause", "warning", tr("Paused before the next step."), "", tr(GO_ON))
        elif session.going and (open_still := session.put_off):
            question = _plain(open_still[0].text)
            notice.say(
                "question",
                "muted",
                tr("Your answer is still open: {question}", question=question),
                "",
                tr(ANSWER),
            )
        elif session.going:
            notice.hide()
        elif run.error:
            buttons = (tr(CONTINUE), tr(DETAILS)) if run.detail else (tr(CONTINUE),)
            notice.say("error", "bad", retold(run.error), retold(run.hint), *buttons)
        elif session.elsewhere:
            notice.say("info", "accent", tr("Another window or command carries this run out."))
        elif run.state in ("running", "paused"):
            text = tr("It was interrupted. Finished steps are kept and are not paid for again.")
            notice.say("warning", "warning", tr("This run is not going on."), text, tr(CONTINUE))
        elif run.state == "stopped":
            notice.say("stop", "muted", tr("Stopped. Finished steps are kept."), "", tr(CONTINUE))
        elif run.state == "failed":
            notice.say("cross", "bad", retold(run.summary) or tr("The run failed."), "", tr(CONTINUE))
        else:
            notice.hide()

    def _list_runs(self) -> None:
        self._window.projects.show_runs(self._controller.runs(), self._controller.asking())
        self._window.projects.mark(self._controller.current.number if self._controller.current else 0)

    # --- what is done ------------------------------------------------------------------------------

    def _run(self) -> None:
        session = self._bound
        if session is None:
            self._projects.ask()
        elif session.paused:
            self._controller.pause(session)
        elif session.continuable:
            self._background.start(self._resume(session))
        elif session.state.run.demo and not session.going:
            self.begin(demo_plan())
        elif not session.going:
            talk = self._tasks if self._tasks.is_task(session.number) else self._projects
            talk.ask(again=session.number)

    def _new(self) -> None:
        self._projects.ask()

    def _pause(self) -> None:
        if self._bound is not None:
            self._controller.pause(self._bound)

    def _stop(self) -> None:
        if self._bound is not None:
            self._background.start(self._controller.stop(self._bound))

    def _say(self, text: str, to: str) -> None:
        session = self._bound
        if session is None:
            return
        if session.going:
            self._controller.say(session, text, to)
        else:
            self.begin(self._projects.following(session.number, text))

    def _expect(self, to: str) -> None:
        """Something is being written to the team: the model that will hear it is loaded meanwhile."""
        session = self._bound
        if session is not None and session.going:
            session.user_writes("" if to == EVERYONE else to)
        elif session is not None and session.followable and session.writing.due("a wish"):
            plan = self._projects.following(session.number, "")
            self._background.start(self._controller.studio.warm(plan))

    def _act(self, word: str) -> None:
        if word == tr(ANSWER):
            self._answer_oldest()
        elif word in (tr(CONTINUE), tr(GO_ON)):
            self._run()
        elif word == tr(DETAILS) and self._bound is not None:
            run = self._bound.state.run
            ErrorDialog(
                tr("Why the run failed"), retold(run.error), retold(run.hint), run.detail, self._window
            ).open()

    def _open_folder(self) -> None:
        if self._bound is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._bound.folder)))

    def _open_settings(self) -> None:
        SettingsDialog(self._source, self._settings, self._window, scale=self._everyday.scale).open()

    def _ask(self, session: Session, question: Question) -> None:
        """A question has come: show it at once if its run is in view, else as a banner later."""
        session.bridge.flush()
        self._list_runs()
        if session is self._bound:
            self._turn()
            self._talks.open(session, question)

    def _answer_oldest(self) -> None:
        if self._bound is None:
            return
        if waiting := self._bound.user.waiting():
            self._talks.open(self._bound, waiting[0])
        elif put_off := self._bound.put_off:
            self._sprints.answer_late(self._bound, put_off[0])

    async def _start(self, plan: Plan) -> None:
        try:
            await self._controller.start(plan)
        except UserFacingError as error:
            self.tell(error)

    async def _open(self, number: int) -> None:
        try:
            await self._controller.open(number)
        except UserFacingError as error:
            self._bind()
            self.tell(error)

    async def _resume(self, session: Session) -> None:
        self._window.commands.run.setEnabled(False)
        try:
            await self._controller.resume(session)
        except UserFacingError as error:
            self.tell(error)
        self._turn()


def _plain(text: str) -> str:
    """The first line of a text, without the marks that Markdown has for headings and code."""
    return retold(text.strip().partition("\n")[0].lstrip("# ")).replace("`", "")

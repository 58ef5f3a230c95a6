"""A journal under settings → any year of it: from what was put down, in passing, or whole."""

from collections.abc import Iterable
from functools import cached_property

from api.collecting import little_collecting
from api.jobs.tax_checkpoints import Checkpoints, question_of, up_to_date
from api.tax_books import StoredBooks
from ledger.model.tax import TaxYear
from ledger.tax.assess import Folded, Journal
from ledger.tax.checkpoints.stretch import Ground
from ledger.tax.history.settings import Settings
from ledger.tax.passage import Passage, passes
from ledger.tax.rules import Rules


class Folding:
    """A journal under settings; `stored` are the books that it is read from, where they are.

    `years` are those that will be asked for: where the settings let them, these are assessed in
    passing, without the whole history at once.
    """

    def __init__(
        self,
        journal: Journal,
        settings: Settings,
        rules: Rules,
        stored: StoredBooks | None,
        years: Iterable[int],
    ) -> None:
        self.journal = journal
        self.settings = settings
        self.rules = rules
        self._stored = stored
        self._years = frozenset(years) if passes(settings) else frozenset()
        self._until = max(self._years, default=None)

    def read(self, year: int, method: str) -> TaxYear:
        """A year; `method` is the name under which the method of the settings was asked for."""
        found = self._from_checkpoints(year, method)
        if found is not None:
            return found
        history = self._passage if year in self._years else self.folded
        return history.year(year, method)

    @cached_property
    def folded(self) -> Folded:
        """The whole history under the regime."""
        with little_collecting():
            return Folded(self.journal, self.settings, self.rules)

    @cached_property
    def _passage(self) -> Passage:
        with little_collecting():
            return Passage(self.journal, self.settings, self.rules, self._years)

    @cached_property
    def ground(self) -> Ground:
        """What is kept of the question stands on."""
        return Ground(self.journal, self.settings, self.rules)

    @cached_property
    def checkpoints(self) -> Checkpoints | None:
        """What is kept of the question, up to the journal; None where nothing is.

        Where years were said, as far as the last of them takes.
        """
        name = question_of(self.journal, self.settings, self.rules)
        if self._stored is None or name is None:
            return None
        inside, fund = self._stored.inside, self._stored.fund
        with little_collecting():
            return up_to_date(inside, fund, name, self.ground, self._until)

    def _from_checkpoints(self, year: int, method: str) -> TaxYear | None:
        wanted = self._until is None or year <= self._until
        if self._stored is None or not wanted or self.checkpoints is None:
            return None
        with little_collecting():
            return self.checkpoints.year(self._stored.inside, self._stored.fund, year, method)

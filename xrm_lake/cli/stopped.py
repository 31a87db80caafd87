"""What is said after Ctrl-C."""


class Stopped(Exception):
    """
    The user stopped a verb.

    `batches` were written since it began; `goes_on` names the process that goes on with it, if one does.
    """

    def __init__(self, batches: tuple[int, ...], *, goes_on: str = "") -> None:
        self.batches, self.goes_on = batches, goes_on
        super().__init__(self._message())

    def _message(self) -> str:
        if self.goes_on:
            return f"left it to {self.goes_on}, which goes on with it: see `xrm batches`."
        if not self.batches:
            return "stopped; nothing was changed."
        listed = ", ".join(str(id) for id in self.batches)
        return f"stopped; what was finished by then is kept (batch {listed}): see `xrm batches`, take it back with `xrm undo`."

"""Small tables of facts that lie beside the modules, as text files."""

from importlib.resources import files


def rows(name: str) -> list[list[str]]:
    """Read a table of tab-separated columns; a column may hold several values set apart by ``|``.

    Args:
        name: the file in ``data``; lines that begin with ``#`` are comments.
    """
    text = files(__package__).joinpath("data", name).read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def values(cell: str) -> list[str]:
    """The values of one cell.

    >>> values("UN|U.N."), values("")
    (['UN', 'U.N.'], [])
    """
    return cell.split("|") if cell else []

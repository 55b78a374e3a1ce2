"""How a failure of the callables is logged: what and where, never the values involved."""

import traceback


def describe(error: BaseException) -> dict[str, str]:
    """The fields of a log line about ``error``.

    No traceback with locals and only the first line of the text: the rest may carry payloads or
    passwords (SQLAlchemy appends the statement and its parameters there).
    """
    text = str(error).partition("\n")[0]
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    return {"error": f"{type(error).__name__}: {text}", "place": place}

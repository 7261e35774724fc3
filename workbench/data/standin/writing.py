"""The files of a stand-in, written into a project that has none of them: the package carries generators, not files."""

import re
from importlib import import_module
from pathlib import Path

from workbench import places
from workbench.data.catalogue import FOLDER, DataError, known


def write_stand_in(dataset: str) -> list[Path]:
    """Write the generated files of a stand-in into the project, unless it or the workbench's checkout has them.

    Parameters
    ----------
    dataset : str
        Name in `DATASETS`.

    Returns
    -------
    list of Path
        The files written, byte for byte those of the checkout; none if the data set is at hand.

    Raises
    ------
    DataError
        If the name is unknown, or no generator draws this data set.
    OSError
        If the folder cannot be written.
    """
    facts = known(dataset)
    generator = re.search(r"workbench\.data\.standin\.\w+", facts["origin"])
    if generator is None:
        raise DataError(f"{dataset!r} is no stand-in: {facts['origin']}.")
    file = places.shipped("data", facts["file"].removeprefix(f"{FOLDER}/"))
    if file.exists():
        return []
    file.parent.mkdir(parents=True, exist_ok=True)
    texts = import_module(generator[0]).shipped()
    for name, text in texts.items():
        (file.parent / name).write_bytes(text.encode())
    return [file.parent / name for name in texts]

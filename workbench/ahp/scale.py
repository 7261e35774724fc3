"""Saaty's scale 1/9 … 1 … 9, and places on it; a step is the way from one of its values to the next."""

import numpy as np

__all__ = ["SAATY_SCALE", "scale_position", "scale_value"]

SAATY_SCALE = np.r_[1 / np.arange(9.0, 1, -1), np.arange(1.0, 10)]
"""The 17 judgements 1/9 … 1 … 9 (Saaty 1977)."""


def scale_position(judgements: np.ndarray) -> np.ndarray:
    """Place judgements on the scale: 0 for 1/9, 8 for 1, 16 for 9, fractions between, in logarithms.

    Examples
    --------
    >>> scale_position(np.array([1 / 9, 1.0, 9.0])).tolist()
    [0.0, 8.0, 16.0]
    """
    off = (judgements < 1 / 9 - 1e-12) | (judgements > 9 + 1e-12)
    if off.any():
        raise ValueError(f"Judgements must lie between 1/9 and 9; one is {judgements[off][0]:g}.")
    return np.interp(np.log(judgements), np.log(SAATY_SCALE), np.arange(17))


def scale_value(position: np.ndarray) -> np.ndarray:
    """Return the judgements at places of the scale, 0 … 16; at whole ones exactly those of the scale.

    Examples
    --------
    >>> scale_value(np.array([7.0, 9.0])).tolist()
    [0.5, 2.0]
    """
    nearest = np.rint(position).astype(int)
    between = np.exp(np.interp(position, np.arange(17), np.log(SAATY_SCALE)))
    return np.where(abs(position - nearest) < 1e-9, SAATY_SCALE[nearest], between)

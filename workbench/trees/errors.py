"""How many errors a leaf is expected to make on new cases, from those that it made in training."""

import math

import numpy as np

# confidence, and the deviation of a normal distribution that goes with it
CONFIDENCES = (0, 0.001, 0.005, 0.01, 0.05, 0.1, 0.2, 0.4, 1)
DEVIATIONS = (4, 3.09, 2.58, 2.33, 1.65, 1.28, 0.84, 0.25, 0)


def extra_errors(n, wrong, confidence):
    """Return how many errors a leaf may make beyond those that it made.

    Parameters
    ----------
    n, wrong : float
        Cases of the leaf, and those outside its class.
    confidence : float
        Between 0 and 1: the lower, the more errors.

    Returns
    -------
    float

    References
    ----------
    Quinlan (1993), C4.5, section 4.2: the upper limit of a binomial rate, with the rates of the doctest.

    Examples
    --------
    >>> round(extra_errors(6, 0, 0.25) / 6, 3), round((1 + extra_errors(16, 1, 0.25)) / 16, 3)
    (0.206, 0.157)
    """
    if wrong <= 0:
        return n * (1 - confidence ** (1 / n))
    if wrong < 1 < n:
        none = n * (1 - confidence ** (1 / n))
        return none + wrong * (extra_errors(n, 1.0, confidence) - none)
    if wrong + 0.5 >= n:
        return 0.67 * (n - wrong)
    square = float(np.interp(confidence, CONFIDENCES, DEVIATIONS)) ** 2
    seen = wrong + 0.5
    upper = seen + square / 2 + math.sqrt(square * (seen * (1 - seen / n) + square / 4))
    return n * upper / (n + square) - wrong

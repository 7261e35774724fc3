"""Churn early warning: who will leave, what a list costs and brings, and whether calling helped.

costs        the threshold that costs imply, what a list costs and saves, moving the rate of leaving
profit       what a retention campaign earns with a model's scores
calibration  whether probabilities come true: observed over expected, slope, Brier score
implied      what a published coverage implies of a model: its AUC, how long its lists must be
targeting    each branch's list of whom to call, what lists of any length catch, churners saved per 100 calls
experiments  the effect of calling with its interval, in strata too, and how many customers a trial needs
arms         who is called and who is left alone, by a hash of the id
"""

from workbench.churn import calibration, costs, experiments, implied, profit, targeting

__all__ = ["calibration", "costs", "experiments", "implied", "profit", "targeting"]

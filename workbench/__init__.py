"""Customer-segmentation research workbench.

data        load a log, map its columns, refuse what cannot be read
surrogate   generators of the stand-in data, with their true segments
rfm         recency, frequency, monetary; scores; value score
ahp         judgements to weights: consistency, groups, sensitivity, inverse
validity    how many clusters, how stable
profiles    what each segment is: means, arrows, types, sales by class
claims      published figures against reproduced ones
plots       drawings; they never compute
reports     run a notebook and write a report whose verdict is true
"""

__version__ = "0.1.0"

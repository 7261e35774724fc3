"""Customer-segmentation research workbench.

data         the data sets by name, or a user's own file: load, map columns, check, refuse
catalogue    what data sets there are
reading      a file to a table of text
parsing      dirty text to identifiers, numbers and times
surrogate    generators of the stand-in data, with their true segments
surrogate_bank  generator of the bank-app stand-in, calibrated, with dirt and true segments
events       clean an event log; eight indicators per customer
windows      a window of time, and the columns of a log
outliers     customers far from the rest: keep, pull in or drop them
rfm          recency, frequency, monetary
scoring      standardise, weigh and score indicators
ahp          pairwise judgements to weights, consistency, groups, and back
comparisons  build and check comparison matrices
judgements   what one judgement does: sensitivity, worst triad, repair, missing ones
judges       panels: consensus, leave one out, panels that fit a printed mean
clustering   K-means as SPSS runs it, with its tables
personas     names and strategies of behaviour segments, by rules
movement     between segments from week to week, and what of it is chance
validity     how many clusters, how stable
silhouettes  silhouettes, exact and in linear time; Calinski-Harabasz
profiles     what each segment is: means, value score, ranks, holdout validity
arrows       above or below the mean: arrows, what testing them is worth, types
sales        sales by class and quarter
claims       published figures against reproduced ones
plots        drawings; they never compute
figures      publish a figure with its text alternative
spelling     "did you mean …?"
reports      run a notebook and write a report whose verdict is true
"""

__version__ = "0.1.0"

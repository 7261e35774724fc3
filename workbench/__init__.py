"""Customer-segmentation research workbench.

data         the data sets by name, or a user's own file: load, map columns, check, refuse
catalogue    what data sets there are
tables       what stands beside them: true segments, queries, judgements, matrices
reading      a file to a table of text
parsing      dirty text to identifiers, numbers and times
surrogate    generators of the stand-in data, with their true segments
surrogate_bank  generator of the bank-app stand-in, calibrated, with dirt and true segments
surrogate_retail  generator of the retail-bank stand-in, with true types and value classes
events       clean an event log; eight indicators per customer
windows      a window of time, and the columns of a log
outliers     customers far from the rest: keep, pull in or drop them
rfm          recency, frequency, monetary
extended_rfm  nine indicators of recency, frequency and monetary value from bookings
scoring      standardise, weigh and score indicators
ahp          pairwise judgements to weights, consistency, groups, and back
comparisons  build and check comparison matrices
judgements   what one judgement does: sensitivity, worst triad, repair, missing ones
judges       panels: consensus, leave one out, panels that fit a printed mean
anp          a network's limit weights, its structure, what each judgement moves
networks     judgements of influence to supermatrices, and their consistency
supermatrices  check supermatrices, weight their clusters
chains       closed classes, periods, stationary vectors without subtraction
network_search  networks whose limit weights round to printed ones
network_evidence  what it says that printed limit weights can be attained
grey         grey relational coefficients, grades, two-level similarity, nearest cases
grey_inputs  queries, cases, groups and weights of a grey relation, checked
grey_blocks  sums of coefficients block by block, and the largest of them
grey_sensitivity  what a grey similarity is made of, and how it hangs on ρ
cbr          a classifier by grey nearest cases that explains itself; all of case-based reasoning
retrieval    the nearest cases of a query, votes, leave one out
representatives  typical cases, redrawn; agreement of answers
answers      what stays of answers when a choice changes
clustering   K-means as SPSS runs it, with its tables
personas     names and strategies of behaviour segments, by rules
movement     between segments from week to week, and what of it is chance
validity     how many clusters, how stable
silhouettes  silhouettes, exact and in linear time; Calinski-Harabasz
profiles     what each segment is: means, value score, ranks, holdout validity
value_classes  classes by value, and which of them are high
arrows       above or below the mean: arrows, what testing them is worth, types
sales        sales by class and quarter
case_base    cases in a relational database: add, get, update, remove, weights
case_rows    what a case base takes in: names, cases and weights, checked
case_tables  the tables of a case base: described, and recognised in a database
addresses    a database's address: an engine, and failures in one line without the password
claims       published figures against reproduced ones
plots        drawings; they never compute: all of the two below
segment_plots  drawings of customers and their segments
evidence_plots  drawings of weights, their effect, and how sure a result is
drawing      what all drawings share: colours, axes, legends, heat maps, names made safe
figures      publish a figure with its text alternative and the data behind it
fonts        Chinese in figures without a system font
spelling     "did you mean …?"
reports      run a notebook and write a report whose verdict is true
"""

__version__ = "0.1.0"

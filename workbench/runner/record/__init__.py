"""What is written down of a run, and what it is compared with.

record       the record of a run, key by key
sweeps       the record of a sweep
shape        whether a JSON value has the form that a type says
planned      what the record has to know of a plan
verdict      what was seen, turned into one word and an exit code
inputs       what a run depends on, each part by its hash
looked       what was read and listed undeclared
installed    which distribution a module or a file comes from
masking      passwords and tokens hidden in whatever leaves a run
bindings     texts in code, with the names that they are given
modules      the Python files that a run is made of, the package's and the project's own
files        a file as a record knows it: its hash and its state
freshness    whether a report still says what a run would say now, and if not, why
provenance   what the run was made of: commit, files, versions, command
differences  what differs between two records
cells        what differs between the outputs of two notebooks
html_tables  tables of HTML outputs as labelled values
alt_texts    figures without a text alternative
"""

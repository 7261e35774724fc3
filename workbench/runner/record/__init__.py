"""What is written down of a run, and what it is compared with.

verdict      what was seen, turned into one word and an exit code
inputs       what a run depends on, each part by its hash
files        a file as a record knows it: its hash and its state
freshness    whether a report still says what a run would say now, and if not, why
provenance   what the run was made of: commit, files, versions, command
differences  what differs between two records
cells        what differs between the outputs of two notebooks
html_tables  tables of HTML outputs as labelled values
alt_texts    figures without a text alternative
"""

"""Run a notebook and write a report whose verdict is true.

parameters   the notebook's parameters: read, typed, checked, before any kernel starts
rules        rules between parameters, declared in the notebook
plans        what is to be run, checked without a kernel
inputs       what a run depends on, each part by its hash
freshness    whether a report still says what a run would say now, and if not, why
preparing    the notebook as it will run
runs         one run, from its plan to its report; or none, where nothing has changed
jobs         several runs at once, each supervised by a process of its own
progress     how they come along: a table in a terminal, plain lines elsewhere
kernel       the kernel process and what was seen of it
launch       the kernel's program
warm         kernels forked from a process that has made the notebooks' common imports
forks        that process
ahead        imports made ahead, or why that would not be the same
reads        what the notebook's own Python code opens
outputs      outputs joined, repeatable and not endless
publishing   lock, write and replace the files of a report
verdict      what was seen, turned into one word and an exit code
provenance   what the run was made of: commit, files, versions, command
alt_texts    figures without a text alternative
page         the executed notebook as one HTML file
index        all reports on one page
sweep        one study at every point of a grid, resumed where it stopped
grid         those points, typed and checked
robustness   what they say together: key numbers, and where each claim keeps its verdict
charts       small drawings of the numbers
verify       a report run again, and what differs
compare      two runs side by side on one page
differences  what differs between two records
cells        what differs between the outputs of two notebooks
html_tables  tables of HTML outputs as labelled values
standalone   the pages about several runs
"""

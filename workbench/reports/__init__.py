"""Run a notebook and write a report whose verdict is true.

parameters   the notebook's parameters: read, typed, checked, before any kernel starts
plans        what is to be run, checked without a kernel
runs         one run, from its plan to its report: lock, prepare, execute, write
jobs         several runs at once, each supervised by a process of its own
progress     how they come along: a table in a terminal, plain lines elsewhere
kernel       the kernel process and what was seen of it
launch       the kernel's program
warm         kernels forked from a process that has made the notebooks' common imports
forks        that process
ahead        imports made ahead, or why that would not be the same
verdict      what was seen, turned into one word and an exit code
provenance   what the run was made of: commit, files, versions, command
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

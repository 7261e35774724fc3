"""Run a notebook and write a report whose verdict is true.

parameters   the notebook's parameters: read, typed, checked, before any kernel starts
plans        what is to be run, checked without a kernel
runs         one run, from its plan to its report: lock, prepare, execute, write
kernel       the kernel process and what was seen of it
verdict      what was seen, turned into one word and an exit code
provenance   what the run was made of: commit, files, versions, command
alt_texts    figures without a text alternative
page         the executed notebook as one HTML file
index        all reports on one page
"""

"""Run a notebook and write a report whose verdict is true.

project     where a project's notebooks, claims, reports, data and modules lie
plan        what is to be run, checked without a kernel
kernel      the kernel process and what was seen of it
record      what is written down of a run, and what it is compared with
page        the pages: a report, the list of reports, a sweep, a comparison
runs        one run, from its plan to its report; or none, where nothing has changed
jobs        several runs at once, each supervised by a process of its own
progress    how they come along: a table in a terminal, plain lines elsewhere
gate        what everything passes before it is published: personal data hold a page back
system      what this system offers, and what is done where it offers less
publishing  lock, write and replace the files of a report
terminal    colour for the words that say how a run ended
results     the named tables of a run as files in a private folder
reports     the reports of a folder by name: their tables, their removal
segmented   what the named tables of a run say of its segments
matching    which segment of one run is which of another
overlay     the tables of two runs laid over each other
sweep       one study at every point of a grid, resumed where it stopped
verify      a report run again, and what differs
claimed     the claims of reports, and which verdicts are not expected
compare     two runs side by side on one page
"""

"""The kernel process: started, fed, watched, and what it says of itself.

kernel       a notebook fed cell by cell, and what was seen of it
process      its process: started, looked after, stopped
environment  what is set in its environment
preparing    the notebook as it will run
launch       the kernel's program
shell        what runs the cells: nothing fails in it without a trace
warm         kernels forked from a process that has made the notebooks' common imports
forks        that process
ahead        imports made ahead, or why that would not be the same
reads        what the notebook's own Python code opens and lists
watch        what is read in some folders, by whatever means
inotify      the system's means for that
libraries    those that open files by themselves or reach a database
network      connections of the process
values       whether the parameters are still as recorded
unfinished   what of the notebook's work still goes on at the end
ended        which cells have ended, whether or not the kernel answers
outputs      outputs joined, repeatable and not endless
"""

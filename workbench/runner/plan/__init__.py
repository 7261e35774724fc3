"""What is to be run, checked without a kernel.

plans       a study, its parameters and its folder: accepted or refused
form        the form of a notebook's file: what is wrong with one that cannot be run
wishes      what a report is to be called, and more that changes no number
parameters  the notebook's parameters: read, typed, checked
roles       what a study needs of a user's own file, declared in the notebook
magics      what a cell may hold beside Python, and what of it can fail without a trace
rules       rules between parameters, declared in the notebook
grid        the points of a sweep, typed and checked
own_file    a user's own file and its columns, as typed, and checked
mappings    how a user's file is read, kept under a name
copies      a notebook of one's own from a study, or the skeleton of a study
"""

"""What is to be run, checked without a kernel.

plans       a study, its parameters and its folder: accepted or refused
wishes      what a report is to be called, and more that changes no number
parameters  the notebook's parameters: read, typed, checked
roles       what a study needs of a user's own file, declared in the notebook
rules       rules between parameters, declared in the notebook
grid        the points of a sweep, typed and checked
own_file    a user's own file and its columns, as typed
copies      a notebook of one's own from a study, or the skeleton of a study
"""

"""A look at a file before anything is run.

look         how it would be read, what each column looks like, what is odd
suggestions  which column could fill which role
personal     which columns hold personal data, and which of them to leave out
oddities     what in a table deserves a second look
"""

from workbench.data.intake.look import Column, Look, look

__all__ = ["Column", "Look", "look"]

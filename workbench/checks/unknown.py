"""What data cannot answer, which is no fault of theirs, told apart from input that is wrong."""


class NotKnown(ValueError):
    """The data are sound, but too few, too short or too much alike for this question; the message says which.

    A notebook asks such a question by `publish.if_known`, and goes on without the answer.
    """

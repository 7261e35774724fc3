"""How the cells of a column are written: recognised from shapes, read by expressions that hold on any engine.

shapes      texts to shapes, and shapes counted
numbers     decimal and thousands marks, signs, currencies
currencies  how sums name their currency
times       strptime formats, counts since 1970, days of a spreadsheet
layouts     which format the times of a column have
words       months, halves of the day and zones
ids         identifiers as written, without what nobody sees
"""

from workbench.data.parsing.formats.ids import IdRule, id_shape, recognise_ids
from workbench.data.parsing.formats.layouts import recognise_times, time_shape
from workbench.data.parsing.formats.numbers import NumberFormat, number_shape, recognise_numbers
from workbench.data.parsing.formats.shapes import Shape, Unclear, count_shapes
from workbench.data.parsing.formats.times import TimeFormat, parse_time_format

__all__ = [
    "IdRule",
    "NumberFormat",
    "Shape",
    "TimeFormat",
    "Unclear",
    "count_shapes",
    "id_shape",
    "number_shape",
    "parse_time_format",
    "recognise_ids",
    "recognise_numbers",
    "recognise_times",
    "time_shape",
]

"""How the cells of a column are written: recognised from shapes, read by expressions that hold on any engine.

shapes      texts to shapes, and shapes counted
numbers     decimal and thousands marks, signs, currencies
currencies  how sums name their currency
"""

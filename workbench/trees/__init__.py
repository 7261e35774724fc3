"""Classification trees that know what wrong classes cost, and that can be read.

c50             C5.0 with misclassification costs, unknown values, nominal inputs
loss_tree       CART with losses and priors, as R's rpart
readable        what both answer alike: leaf of a row, rules, explanations, use of inputs, text
rules           a tree in words and as a table
inputs          a table's columns as a tree reads them
training        what a C5.0 tree is grown from
penalties       costs, and the weights of cases that they make
nodes           tests, nodes, the cases in a node
information     entropies, gain, split information
cuts            the best cut of every numeric input
levels          branches for levels, or for groups of them
choice          which input a node tests
growing         a tree from the top
errors          errors that a leaf is expected to make
pruning         subtrees replaced by leaves or by a branch
global_pruning  the weakest subtrees made leaves
finishing       the tree as it is kept
predicting      rows sent down a tree
"""

from workbench.trees.c50 import C50Classifier
from workbench.trees.loss_tree import LossTreeClassifier
from workbench.trees.rules import shortened

__all__ = ["C50Classifier", "LossTreeClassifier", "shortened"]

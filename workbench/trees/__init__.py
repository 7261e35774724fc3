"""Trees."""
from workbench.trees.c50 import C50Classifier


"""The pages: a report, the list of reports, a sweep, a comparison.

page        the executed notebook as one HTML file
answer      what a page says first: asked, found, how far to trust it
citing      how to cite a report
markup      untrusted markup made safe
drawings    untrusted SVG made safe to stand in the page itself
numbering   numbers and anchors of tables and figures
language    the language of the pages' own words
chinese     those words in Chinese
downloads   the rows that a reader can take out of a page
index       all reports on one page
standalone  the pages about several runs
outcomes    what the points of a sweep found: segments, findings
robustness  what the points of a sweep say together
charts      small drawings of its numbers
template    the templates, the style and the script
"""

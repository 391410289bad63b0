"""What agents do with a program, whichever method sends them: code, review, test, repair, document.

A workflow says who works with whom, in which order and in which words; what happens with the files is here.
"""

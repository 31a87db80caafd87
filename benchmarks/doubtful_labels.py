"""
Labels of the corpora that are wrong, or ask for what a reader cannot know, each with the reason.

The scores are told twice: by the labels as they stand, and without the files that are named here.
"""

_BLANK = "counts blank lines as records"
_OPTION = "rests on an option of Papa Parse that no reader can guess"

CSV = {
    "pollock/file_multitable_same.csv": "holds two exports of the same columns, one behind the other; the label wants the first only",
    "pollock_survey/2004-2016.csv": "the expected table has nothing where the file says “missing”",
    "pollock_survey/Auto_Tone_sub315_day1.csv": "says that there are no column names, and leaves out the first record as if it were them",
    "pollock_survey/public-toilet-borough-grid.csv": "counts the last line, “Total” and sums, as a record",
    "papaparse/035.csv": "wants an empty file to be a table; it is refused, with a word",
    "papaparse/045.csv": _OPTION + " (comments)",
    "papaparse/054.csv": _BLANK,
    "papaparse/086.csv": _BLANK,
    "papaparse/087.csv": _BLANK,
    "papaparse/088.csv": _BLANK,
    "papaparse/089.csv": _BLANK,
    "papaparse/092.csv": _BLANK,
    "papaparse/101.csv": _BLANK,
    "papaparse/122.csv": _OPTION + " (a full stop as quotation mark)",
    "papaparse/126.csv": _OPTION + " (which blank lines count)",
    "papaparse/130.csv": _OPTION + " (skip the first line)",
    "clevercsv/milk.csv": "reads a table of 21 columns parted by tabs as one column",
}

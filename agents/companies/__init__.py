"""Companies: a chain of phases and the roles that talk in them, in ChatDev's own folders (arXiv:2307.07924).

`folder` reads and writes the folders, `shelf` keeps those that the user saved, `checking` says what is wrong
with one, `templates` fills its prompts in. The workflow `company` carries one out.
"""

from agents.companies.checking import Problem, checked, problems
from agents.companies.folder import read_folder, write_folder
from agents.companies.model import Company, Phase, Role, Step
from agents.companies.reading import read_company
from agents.companies.shelf import Shelf
from agents.companies.writing import files_of

__all__ = [
    "Company",
    "Phase",
    "Problem",
    "Role",
    "Shelf",
    "Step",
    "checked",
    "files_of",
    "problems",
    "read_company",
    "read_folder",
    "write_folder",
]

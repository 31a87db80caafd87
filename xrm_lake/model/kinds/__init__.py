"""The kinds of value a field may hold. To add one: write its file, list it here."""

from xrm_lake.errors import UnknownName

from .base import DEFAULTS, Kind, Options
from .boolean import Boolean
from .choice import Choice
from .choices import Choices
from .city import City
from .company_name import CompanyName
from .country import Country
from .currency import Currency
from .date import Date
from .datetime import Datetime
from .domain import Domain
from .email import Email
from .file import File
from .identifier import Identifier
from .integer import Integer
from .long_text import LongText
from .many import clean_many, is_valid_many, mask_many, physical
from .money import Money
from .number import Number
from .percent import Percent
from .person_name import FamilyName, FullName, GivenName, PersonName
from .phone import Phone
from .postal_code import PostalCode
from .street import Street
from .text import Text
from .url import Url
from .user import User

__all__ = [
    "DEFAULTS", "KINDS", "Kind", "Options", "clean_many", "is_valid_many", "kind", "mask_many", "physical",
]  # fmt: skip

KINDS: tuple[Kind, ...] = (
    Text(),
    LongText(),
    PersonName(),
    GivenName(),
    FamilyName(),
    FullName(),
    CompanyName(),
    Email(),
    Phone(),
    Url(),
    Domain(),
    Street(),
    City(),
    PostalCode(),
    Country(),
    Currency(),
    Date(),
    Datetime(),
    Integer(),
    Number(),
    Money(),
    Percent(),
    Boolean(),
    Choice(),
    Choices(),
    Identifier(),
    User(),
    File(),
)

_BY_NAME = {kind.name: kind for kind in KINDS}


def kind(name: str) -> Kind:
    """
    The kind of that name.

    Raises UnknownName, with near names, if there is none.
    """
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownName("kind of field", name, _BY_NAME) from None

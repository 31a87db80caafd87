"""
Values that stand where someone had nothing to say: `n/a`, `unknown`, `-`, `xxx`, `test`, in many languages.

They fill a field without telling anything. Which words do depends on the field: Anders is a first name and
the Dutch for "other", `Phone` a lead source and a label that nobody replaced. `placeholders(kind)` knows.
"""

from collections.abc import Sequence
from functools import cache

import polars as pl

WORDS: tuple[str, ...] = (
    # English
    "other", "others", "unknown", "unkown", "not known", "undefined", "undetermined", "unspecified", "not specified",
    "not applicable", "not available", "not provided", "not given", "not set", "not assigned", "unassigned", "not stated",
    "no data", "no information", "no answer", "no value", "no name", "noname", "nobody", "no one", "nothing", "none", "nil",
    "null", "nan", "empty", "blank", "n/a", "n.a.", "n.a", "na", "n / a", "#n/a", "n/k", "nd", "n.d.", "n/d", "tbd", "t.b.d.", "tba",
    "tbc", "to be determined", "to be defined", "to be confirmed", "to be announced", "todo", "to do", "test", "testing",
    "test test", "tester", "testtest", "test123", "dummy", "fake", "sample", "example", "placeholder", "default", "temp",
    "tmp", "select", "select one", "select...", "please select", "please choose", "choose", "choose one", "choose...", "misc",
    "misc.", "miscellaneous", "various", "anonymous", "anon", "do not use", "delete", "delete me", "deleted", "invalid",
    "private", "withheld", "confidential", "refused", "declined", "pending", "missing", "asdf", "asdfasdf", "asd",
    "qwerty", "qwertz", "abc", "abcd", "foo", "bar", "foobar", "blah", "lorem ipsum", "first name", "last name", "firstname",
    "lastname", "full name", "name", "your name", "surname", "company", "company name", "email", "e-mail", "phone",
    "john doe", "jane doe", "household", "self", "self employed", "self-employed", "unemployed", "retired", "mr", "mrs", "ms",
    "not sure", "unsure", "don't know", "dont know", "undef", "undisclosed", "prefer not to say", "no company", "no email", "no phone",
    # German
    "sonstige", "sonstiges", "sonstiger", "andere", "anderes", "unbekannt", "nicht bekannt", "keine angabe", "keine angaben",
    "k.a.", "k. a.", "k.a", "ka", "k/a", "ohne angabe", "o.a.", "ohne", "keine", "kein", "keiner", "nicht angegeben", "nicht verfügbar",
    "nicht vorhanden", "nicht zutreffend", "entfällt", "leer", "bitte wählen", "bitte auswählen", "auswählen", "diverse",
    "divers", "verschiedenes", "n.n.", "n. n.", "nn", "unbestimmt", "offen", "folgt", "platzhalter", "mustermann", "max mustermann",
    "privat", "weiß nicht", "weiss nicht", "unsicher",
    # French
    "autre", "autres", "inconnu", "inconnue", "non renseigné", "non renseigne", "non précisé", "non precise", "non défini",
    "non disponible", "non applicable", "non communiqué", "aucun", "aucune", "sans objet", "s/o", "s.o.", "à définir", "a definir",
    "à déterminer", "choisir", "sélectionner", "sélectionnez", "néant", "neant", "vide", "n/c", "nc", "n.c.", "indéfini",
    "ne sait pas", "je ne sais pas",
    # Spanish, Portuguese, Catalan
    "otro", "otra", "otros", "otras", "desconocido", "desconocida", "no aplica", "no disponible", "no especificado", "sin datos",
    "sin especificar", "sin nombre", "ninguno", "ninguna", "s/n", "s/d", "por definir", "por determinar", "seleccionar",
    "seleccione", "prueba", "pruebas", "indefinido", "vacío", "vacio", "varios", "no sé", "no se sabe", "no sabe",
    "outro", "outra", "outros", "outras", "desconhecido", "desconhecida", "não aplicável", "nao aplicavel", "não informado",
    "nao informado", "não disponível", "nenhum", "nenhuma", "selecione", "selecionar", "teste", "sem nome", "vazio",
    # Italian
    "altro", "altra", "altri", "altre", "sconosciuto", "sconosciuta", "non disponibile", "non applicabile", "non specificato",
    "nessuno", "nessuna", "da definire", "seleziona", "selezionare", "prova", "vuoto", "vari", "ignoto", "non so",
    # Dutch
    "overig", "overige", "anders", "ander", "onbekend", "niet bekend", "niet van toepassing", "n.v.t.", "n.v.t", "nvt",
    "niet beschikbaar", "niet opgegeven", "geen", "maak een keuze", "kies", "nog te bepalen", "n.t.b.", "ntb", "leeg",
    # Nordic
    "annan", "annat", "övrigt", "övriga", "okänd", "okänt", "ej angivet", "ej angiven", "saknas", "ingen", "inget", "välj",
    "anden", "andet", "andre", "ukendt", "ikke oplyst", "ikke relevant", "ingen oplysninger", "vælg", "annen", "annet",
    "ukjent", "ikke oppgitt", "velg", "muu", "muut", "tuntematon", "ei tiedossa", "ei mitään", "valitse", "testi",
    # Central and Eastern Europe, Turkish, Greek
    "inne", "inny", "inna", "nieznany", "nieznana", "nieznane", "brak", "brak danych", "nie dotyczy", "nie podano", "wybierz",
    "jiný", "jiné", "jiná", "ostatní", "neznámý", "neznámá", "neznámé", "neuvedeno", "nezadáno", "vyberte", "žádný", "žádné",
    "iné", "iný", "ostatné", "neznáme", "neznámy", "neuvedené", "egyéb", "ismeretlen", "nincs", "nincs megadva", "nem ismert",
    "válasszon", "teszt", "altul", "alta", "altele", "necunoscut", "necunoscută", "nespecificat", "nu se aplică", "selectați",
    "drugo", "ostalo", "nepoznato", "neznano", "nepoznat", "diğer", "bilinmiyor", "bilinmeyen", "belirtilmemiş", "yok", "seçiniz",
    "άλλο", "άγνωστο", "άγνωστος", "επιλέξτε", "другое", "другой", "прочее", "прочие", "иное", "неизвестно", "неизвестный", "не указано",
    "не указан", "не известно", "нет данных", "нет", "н/д", "тест", "выберите", "не определено", "інше", "невідомо",
    "не вказано", "не знаю", "немає", "друго", "неизвестен",
    # East Asia, Hebrew, Arabic
    "其他", "其它", "其の他", "その他", "不明", "未知", "不详", "不詳", "未定", "未设置", "未設定",
    "未填写", "未入力", "未选择", "無", "无", "無し", "なし", "暂无", "测试",
    "測試", "テスト", "わからない", "不确定", "请选择", "請選擇", "選択してください", "該当なし",
    "기타", "알 수 없음", "미정", "없음", "미상", "해당 없음", "해당없음", "테스트", "선택",
    "אחר", "לא ידוע", "אין", "أخرى", "غير معروف", "لا يوجد", "غير محدد",
    # What a spreadsheet writes where a formula failed
    "#div/0!", "#name?", "#value!", "#ref!", "#num!", "#null!", "#nv", "#wert!", "#bezug!", "#error!",
)  # fmt: skip
"""Words that say nothing, whatever the field; in small letters."""

EMAILS: tuple[str, ...] = (
    "none@none.com", "no@no.com", "no@email.com", "noemail@noemail.com", "none@none.none", "na@na.com", "n/a@n/a.com",
    "test@test.com", "test@test.de", "test@example.com", "a@a.com", "a@b.com", "a@b.c", "x@x.com", "abc@abc.com", "asdf@asdf.com",
    "no-reply@example.com", "noreply@example.com", "unknown@unknown.com", "email@email.com", "email@example.com",
    "user@example.com", "name@example.com", "noemail@example.com", "nomail@nomail.com", "invalid@invalid.com", "fake@fake.com",
    "noreply@noreply.com", "no-email@no-email.com", "anonymous@anonymous.com", "mail@mail.com",
)  # fmt: skip
"""Addresses that are typed to get past a required field."""

NUMBERS: tuple[str, ...] = (
    "0", "00", "000", "0000", "00000", "12345678", "123456789", "1234567890", "0123456789",
    "000-000-0000", "(000) 000-0000", "111-111-1111", "999-999-9999", "(999) 999-9999", "123-456-7890",
    "(123) 456-7890", "555-555-5555", "(555) 555-5555", "555-1234", "555-5555",
)  # fmt: skip
"""Numbers that are typed to get past a required field of text: phone, postal code, customer number."""

DATES: tuple[str, ...] = (
    "1900-01-01", "1900-01-00", "1899-12-30", "1899-12-31", "1904-01-01", "1970-01-01", "0000-00-00", "0001-01-01", "1753-01-01",
    "1111-11-11", "2099-12-31", "9999-12-31", "9999-01-01", "01/01/1900", "1/1/1900", "01.01.1900", "01/01/1970", "01.01.1970",
    "31.12.9999", "12/31/9999", "00.00.0000", "00/00/0000", "dd/mm/yyyy", "mm/dd/yyyy", "yyyy-mm-dd", "tt.mm.jjjj",
)  # fmt: skip
"""The zero of a calendar, its end, and forms that nobody filled in."""

_NAMES_OF_PEOPLE = frozenset((
    "abc", "alta", "altele", "ander", "anden", "anders", "andre", "annan", "annen", "anon", "bar", "blank", "company", "empty",
    "foo", "iné", "ka", "kein", "kies", "leer", "muu", "na", "name", "nan", "nc", "nd", "nil", "nn", "null", "ohne", "otra", "otro",
    "outro", "prova", "private", "sample", "self", "temp", "test", "tester", "vari", "varios", "vide", "yok",
))  # fmt: skip

_VALUES_TO_CHOOSE = frozenset((
    "company", "confidential", "declined", "default", "deleted", "divers", "diverse", "e-mail", "email", "example", "fake",
    "household", "invalid", "missing", "mr", "mrs", "ms", "offen", "pending", "phone", "privat", "private", "prueba", "refused",
    "retired", "sample", "self", "self employed", "self-employed", "test", "testing", "unemployed", "withheld",
))  # fmt: skip

PLACEHOLDERS: tuple[str, ...] = tuple(dict.fromkeys(WORDS + EMAILS + NUMBERS + DATES))
"""All of them, in small letters; in a field of plain text none of them is a value."""

PATTERN = (
    r"^[\p{P}\p{Z}=~^|<>]+$"  # only signs: "-", "--", "?", "...", "***"
    r"|^(?:x{2,}|y{3,}|z{3,}|a{3,}|b{3,}|q{3,})$"  # one letter held down
    r"|^(?:0{6,}|1{6,}|2{6,}|3{6,}|4{6,}|5{6,}|6{6,}|7{6,}|8{6,}|9{6,})$"
    r"|^[\[(<{-]+ ?(?:none|n/a|null|unknown|empty|other|select.*|choose.*|please.*|keine.*|bitte.*) ?[\])>}-]+$"
    r"|^(?:please |bitte |veuillez ).*(?:select|choose|wählen|choisir|sélectionner)[ .…]*$"
)
"""Placeholders by their shape, for text in small letters; the regular expressions of DuckDB and polars agree on it."""


@cache
def placeholders(kind: str) -> tuple[str, ...]:
    """
    The placeholders of a field of that kind, in small letters, less what may be a value there.

    Ready for a statement: `lower(trim(value)) in $placeholders or regexp_matches(lower(trim(value)), $pattern)`.
    """
    match kind:
        case "person_name" | "given_name" | "family_name" | "full_name":
            return tuple(word for word in WORDS if word not in _NAMES_OF_PEOPLE)
        case "choice" | "choices" | "user":
            return tuple(word for word in WORDS if word not in _VALUES_TO_CHOOSE)
        case "email":
            return WORDS + EMAILS
        case "date" | "datetime":
            return WORDS + DATES
        case "phone" | "postal_code" | "identifier":
            return WORDS + NUMBERS
        case "integer" | "number" | "money" | "percent" | "boolean":
            return WORDS
        case _:
            return PLACEHOLDERS


def is_placeholder(values: pl.Series, kind: str = "text") -> pl.Series:
    """Whether each text says nothing in a field of that kind, capitals and space around aside; null where null."""
    return are_placeholders([values], [kind])[0]


def are_placeholders(columns: Sequence[pl.Series], kinds: Sequence[str]) -> list[pl.Series]:
    """As `is_placeholder`, of several columns, each with its kind; quicker for a few texts in each."""
    texts = pl.concat([column.cast(pl.String).rename("text") for column in columns], rechunk=False)
    plain = texts.str.strip_chars().str.to_lowercase()
    shaped = plain.str.contains(PATTERN)
    found, start = [], 0
    for column, kind in zip(columns, kinds, strict=True):
        known = plain.slice(start, len(column)).is_in(_known(kind))
        found.append((known | shaped.slice(start, len(column))).rename(column.name))
        start += len(column)
    return found


@cache
def _known(kind: str) -> pl.Series:
    return pl.Series(placeholders(kind)).implode()

"""The letters of a file are those that were written, whatever page they were written in."""

import pytest

from .conftest import Read
from .reading import adds_up, rows

NAMES = {
    "cp1250": ["Małgorzata", "Wałęsa", "Łódź", "Stanisław", "Żółć"],
    "iso8859_2": ["Jiří", "Dvořák", "České Budějovice", "Šimon Říha", "Žižka"],
    "cp1251": ["Мария", "Иванова", "Санкт-Петербург", "Ромашка"],
    "koi8_r": ["Мария", "Иванова", "Санкт-Петербург", "Ромашка"],
    "cp866": ["Мария", "Иванова", "Санкт-Петербург", "Ромашка"],
    "iso8859_5": ["Мария", "Иванова", "Санкт-Петербург", "Ромашка"],
    "cp1252": ["Jérôme", "Müller", "Muñoz", "Søren", "João", "10 €", "L’Oréal – Paris"],
    "cp1253": ["Αθήνα", "Γιώργος", "Παπαδόπουλος", "Άννα"],
    "iso8859_7": ["Λεωνιδας", "Αλεξανδρος", "Μυρων"],
    "cp1254": ["İstanbul", "Ayşe", "Yıldız", "Gündoğdu"],
    "cp1255": ["שלום", "ירושלים", "משה כהן"],
    "cp1256": ["محمد", "القاهرة", "أحمد علي"],
    "cp1257": ["Žemaitė", "Šiauliai", "ąžuolas"],
    "cp874": ["กรุงเทพ", "สมชาย"],
    "cp932": ["東京都渋谷区", "山田太郎", "株式会社テスト"],
    "gb18030": ["北京市", "张伟", "有限公司", "上海浦东新区"],
    "euc_kr": ["서울특별시", "김철수", "주식회사"],
    "iso2022_jp": ["東京都渋谷区", "山田太郎"],
    "utf-16": ["Jérôme", "Мария"],
    "utf-32": ["Jérôme", "Мария"],
    "utf-8-sig": ["Jérôme", "Мария"],
}


@pytest.mark.parametrize("encoding", NAMES)
def test_a_few_names_are_enough_to_tell_the_page_that_they_are_written_in(read: Read, encoding: str) -> None:
    text = "id,name,since\n" + "".join(f"{i},{name},2017-03-0{i}\n" for i, name in enumerate(NAMES[encoding], 1))

    delivery = read(text.encode(encoding))

    assert [row[1] for row in rows(delivery)] == NAMES[encoding]
    assert adds_up(delivery)


@pytest.mark.parametrize("western", [2, 5, 8])
def test_records_in_utf_8_and_records_in_windows_1252_are_each_read_as_what_they_are(read: Read, western: int) -> None:
    lines = [f"{i},Zoë Müller,Köln\n".encode("cp1252" if i < western else "utf-8") for i in range(10)]

    delivery = read(b"id,name,city\n" + b"".join(lines))

    assert [row[1:] for row in rows(delivery)] == [("Zoë Müller", "Köln")] * 10
    assert delivery.repairs["reason"].to_list() == ["bytes that are not UTF-8 were read as Windows-1252"] * western


def test_control_characters_that_a_mistaken_encoding_left_are_the_signs_that_they_were(read: Read) -> None:
    text = "id,n\u0092ame\n1,Ch\u0092teau \u0096 10 \u0080\n2,é\n"

    delivery = read(text.encode())

    assert delivery.headers == ("id", "n’ame")
    assert rows(delivery)[0] == ("1", "Ch’teau – 10 €")
    assert any("Windows-1252" in note for note in delivery.notes)

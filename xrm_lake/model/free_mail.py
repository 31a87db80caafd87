"""Domains of mail that anybody may have an address at: they say nothing of the firm."""

FREE_MAIL = frozenset(
    """
    163.com 126.com abv.bg aol.com att.net bellsouth.net bigpond.com bk.ru blueyonder.co.uk bluewin.ch bol.com.br btinternet.com
    centrum.cz charter.net chello.at comcast.net cox.net daum.net earthlink.net email.cz email.de eircom.net fastmail.com
    fastmail.fm foxmail.com free.fr freemail.hu freenet.de gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com
    hanmail.net hey.com home.nl hotmail.be hotmail.ca hotmail.co.uk hotmail.com hotmail.de hotmail.es hotmail.fr hotmail.it
    hotmail.nl hushmail.com icloud.com inbox.lv inbox.ru index.hu interia.pl kabelmail.de kpnmail.nl laposte.net libero.it
    list.ru live.be live.ca live.co.uk live.com live.de live.fr live.it live.nl mac.com magenta.at mail.bg mail.com mail.de
    mail.ee mail.ru mailbox.org me.com msn.com naver.com neuf.fr ntlworld.com o2.pl online.no onet.pl optonline.net
    optusnet.com.au orange.fr outlook.at outlook.com outlook.de outlook.es outlook.fr outlook.it pm.me planet.nl posteo.de
    posteo.net post.cz proton.me protonmail.ch protonmail.com qq.com rediffmail.com rocketmail.com rogers.com sapo.pt
    sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com sky.com skynet.be sohu.com sympatico.ca t-online.de talktalk.net
    telefonica.net telenet.be telia.com telus.net terra.com.br tiscali.it tuta.com tutanota.com ukr.net uol.com.br verizon.net
    virgilio.it virginmedia.com wanadoo.fr web.de windowslive.com wp.pl xtra.co.nz yahoo.ca yahoo.co.in yahoo.co.jp yahoo.co.uk
    yahoo.com yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.mx yahoo.de yahoo.es yahoo.fr yahoo.in yahoo.it yandex.com
    yandex.ru yeah.net ymail.com zeelandnet.nl ziggo.nl zoho.com zonnet.nl
    """.split()  # noqa: SIM905
)

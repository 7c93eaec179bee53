"""Markup that would run, or leave a trace, if any page took what people type for anything but text.

Each tells on itself: it sets the title to “ran”, opens a dialog, asks for /ran, or is an element that
carries the attribute `planted`.
"""

_RUN = "document.title='ran'"

ELEMENTS = [
    f"<script>{_RUN}</script>",
    f"<ScRiPt planted>{_RUN}</sCrIpT>",
    "<script planted src=//ran.invalid></script>",
    f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    f"<img planted src=x onerror={_RUN}>",
    "<img planted src=/ran>",
    f"<svg planted onload={_RUN}>",
    f"<svg><script planted>{_RUN}</script></svg>",
    f"<svg><animate planted onbegin={_RUN}>",
    f"<math><mtext planted><img src=x onerror={_RUN}>",
    f"<body planted onload={_RUN}>",
    f"<details planted open ontoggle={_RUN}>",
    f"<input planted autofocus onfocus={_RUN}>",
    f"<video planted><source onerror={_RUN}>",
    f"<audio planted src=x onerror={_RUN}>",
    f"<marquee planted onstart={_RUN}>",
    "<iframe planted src=javascript:alert(1)>",
    "<iframe planted srcdoc='<script>alert(1)</script>'>",
    "<object planted data=/ran></object>",
    "<embed planted src=/ran>",
    "<base planted href=//ran.invalid/>",
    "<meta planted http-equiv=refresh content='0;url=/ran'>",
    "<link planted rel=stylesheet href=/ran>",
    "<style planted>*{display:none}</style>",
    "<style>@import '/ran'</style>",
    "<form planted action=/ran><button>x</button></form>",
    "<a planted href=javascript:alert(1)>x</a>",
    "<plaintext planted>",
    "<template planted><script>alert(1)</script></template>",
    "<table planted background=/ran>",
]
BREAKERS = [
    f'" onfocus="{_RUN}" autofocus planted="',
    f"' onmouseover='{_RUN}' planted='",
    f"x onload={_RUN} planted ",
    f'"><script planted>{_RUN}</script>',
    f"'><img planted src=x onerror={_RUN}>",
    f"</textarea><script planted>{_RUN}</script>",
    f"</title><script planted>{_RUN}</script>",
    "</option></select><b planted>x</b>",
    f"</script><script planted>{_RUN}</script>",
    "</style><b planted>x</b>",
    "--><b planted>x</b><!--",
    "]]><b planted>x</b>",
    "<!--",
    "<![CDATA[<b planted>x</b>",
    "<?php planted ?>",
    f"`onload={_RUN}`",
]
TEMPLATES = [
    "{{ 7|add:7 }}",
    "{% debug %}",
    "{% include 'base.html' %}",
    "{{ request.user.password }}",
    "{# note #}",
    "${7*7}<%= 7*7 %>",
    "%(planted)s %s {0} {planted}",
]
TEXTS = [
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;b planted&#62;x",
    "&amp;lt;b&amp;gt;",
    "＜script planted＞alert(1)＜/script＞",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "expression(alert(1));}</style>x{color:red",
    "\u202egnp.exe\u202c",
    "\u2066left\u2069\u200f",
    "a\x00<b planted>",
    "\ufeff\u200b<b planted>",
    "🏴‍☠️𠮷𪚥<b planted>",
    "<b planted>" + "长" * 5000,
    "W" * 300,
]
PAYLOADS = [*ELEMENTS, *BREAKERS, *TEMPLATES, *TEXTS]

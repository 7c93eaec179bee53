"""The rows of a table as one tag writes them."""

from types import SimpleNamespace

from django.template import Context, Template

from members.markup import cell_attributes, mark


def cells(*row: tuple[object, str]) -> str:
    listed = [SimpleNamespace(text=text, attributes=attributes) for text, attributes in row]
    first = SimpleNamespace(text="<1>", attributes=' class="wide"')
    rows = [SimpleNamespace(url="/?a=1&b=2", first=first, cells=listed)]
    shown = Template("{% load rows %}{% rows rows %}").render(Context({"rows": rows}))
    before, after = '<tr><th scope="row" class="wide"><a href="/?a=1&amp;b=2">&lt;1&gt;</a></th>', "</tr>"
    assert shown.startswith(before)
    assert shown.endswith(after)
    return shown[len(before) : -len(after)]


def test_texts_and_titles_are_escaped():
    shown = cells(("<b>\"1\" & '2'", cell_attributes("end", 'A "<title>"')))
    assert shown == (
        '<td class="end" data-label="A &quot;&lt;title&gt;&quot;">'
        "&lt;b&gt;&quot;1&quot; &amp; &#x27;2&#x27;</td>"
    )


def test_a_mark_stays_markup_and_what_it_says_is_escaped():
    assert cells((mark("warn", "<i>"), ""), (3, "")) == (
        '<td><span class="mark warn">&lt;i&gt;</span></td><td>3</td>'
    )

"""What the addresses of every app share: the form of a code in them."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    """A code of an organisation or a member's number; anything else is no address here."""

    regex = r"\w[\w.-]*"


register_converter(CodeConverter, "code")

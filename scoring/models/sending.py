"""Forms that have been stored, so that one that is sent again is known."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Sending(models.Model):
    """A form that a user has sent and that is stored: sent once more it changes nothing.

    `token` is what the page that was filled in carried; the database takes one of a user only once.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "token"], name="sending_once")]

    def __str__(self) -> str:
        return self.token

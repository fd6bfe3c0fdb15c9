"""MatchKey: keyed hashes by which persons are searched and compared. They tell nothing to whoever lacks the key."""

from django.db import models


class MatchKey(models.Model):
    person = models.ForeignKey("registry.Person", models.CASCADE, related_name="match_keys")
    kind = models.CharField(max_length=12)
    key = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["kind", "key"], name="matchkey_kind_key")]
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="matchkey_once")]

"""Confirming officers join the kinds of duty."""

from django.db import migrations, models

KINDS = {
    "secretary": "Branch secretary",
    "confirming": "Confirming officer",
    "committee": "Sub-district committee",
    "administrator": "Administrator",
}


class Migration(migrations.Migration):
    dependencies = [("members", "0002_postings_never_overlap")]

    operations = [
        migrations.RemoveConstraint(model_name="duty", name="duty_kind_known"),
        migrations.AlterField(
            model_name="duty",
            name="kind",
            field=models.CharField(choices=list(KINDS.items()), max_length=16, verbose_name="duty"),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", list(KINDS))),
                name="duty_kind_known",
                violation_error_message="This value is not one of the allowed ones.",
            ),
        ),
    ]

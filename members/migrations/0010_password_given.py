from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0009_session_of_an_upload'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='password_given',
            field=models.BooleanField(default=False, editable=False, verbose_name='the password is to be changed at the next sign-in'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0008_second_factor'),
    ]

    operations = [
        migrations.AddField(
            model_name='stagedimport',
            name='session',
            field=models.CharField(default='', max_length=64),
        ),
    ]

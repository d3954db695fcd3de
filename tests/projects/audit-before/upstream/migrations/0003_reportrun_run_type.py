from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("upstream", "0002_domainauditevent"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportrun",
            name="run_type",
            field=models.CharField(default="weekly", max_length=20),
        ),
    ]

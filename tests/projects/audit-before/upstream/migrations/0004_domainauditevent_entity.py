from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("upstream", "0003_reportrun_run_type"),
    ]

    operations = [
        migrations.AddField(
            model_name="domainauditevent",
            name="entity_type",
            field=models.CharField(default="report", max_length=50),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="domainauditevent",
            name="entity_id",
            field=models.CharField(blank=True, max_length=100, null=True),
        ),
    ]

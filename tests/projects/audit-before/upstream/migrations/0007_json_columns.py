from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("upstream", "0006_default_product_configs"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportrun",
            name="summary_json",
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="domainauditevent",
            name="metadata",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="productconfig",
            name="config",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]

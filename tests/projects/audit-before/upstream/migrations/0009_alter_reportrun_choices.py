from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("upstream", "0008_rename_config_productconfig_config_json"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportrun",
            name="run_type",
            field=models.CharField(
                choices=[("weekly", "Weekly payer drift"), ("monthly", "Monthly")],
                default="weekly",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="reportrun",
            name="status",
            field=models.CharField(
                choices=[
                    ("running", "Running"),
                    ("success", "Success"),
                    ("partial", "Partial"),
                    ("failed", "Failed"),
                ],
                default="running",
                max_length=20,
            ),
        ),
    ]

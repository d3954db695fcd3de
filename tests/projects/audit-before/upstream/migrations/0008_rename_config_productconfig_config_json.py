from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("upstream", "0007_json_columns"),
    ]

    operations = [
        migrations.RenameField(
            model_name="productconfig",
            old_name="config",
            new_name="config_json",
        ),
    ]

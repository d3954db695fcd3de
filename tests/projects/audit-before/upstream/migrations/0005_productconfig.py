import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("upstream", "0004_domainauditevent_entity"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProductConfig",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("product_slug", models.CharField(max_length=50)),
                ("enabled", models.BooleanField(default=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="product_configs",
                        to="upstream.customer",
                    ),
                ),
            ],
        ),
    ]

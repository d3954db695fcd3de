from django.db import migrations


def create_default_configs(apps, schema_editor):
    Customer = apps.get_model("upstream", "Customer")
    ProductConfig = apps.get_model("upstream", "ProductConfig")
    for customer in Customer.objects.all():
        ProductConfig.objects.get_or_create(customer=customer, product_slug="driftwatch")


class Migration(migrations.Migration):

    dependencies = [
        ("upstream", "0005_productconfig"),
    ]

    operations = [
        migrations.RunPython(create_default_configs, migrations.RunPython.noop),
    ]

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("upstream", "0009_alter_reportrun_choices"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="reportrun",
            index=models.Index(fields=["customer", "status", "-started_at"], name="reportrun_cust_status_idx"),
        ),
        migrations.AddIndex(
            model_name="reportrun",
            index=models.Index(fields=["customer", "run_type", "-started_at"], name="reportrun_cust_type_idx"),
        ),
        migrations.AddIndex(
            model_name="reportrun",
            index=models.Index(fields=["status", "-started_at"], name="reportrun_status_date_idx"),
        ),
        migrations.AddIndex(
            model_name="domainauditevent",
            index=models.Index(fields=["customer", "action", "-timestamp"], name="audit_cust_action_idx"),
        ),
        migrations.AddIndex(
            model_name="domainauditevent",
            index=models.Index(fields=["entity_type", "entity_id", "-timestamp"], name="audit_entity_idx"),
        ),
        migrations.AddIndex(
            model_name="domainauditevent",
            index=models.Index(fields=["user", "-timestamp"], name="audit_user_date_idx"),
        ),
        migrations.AddIndex(
            model_name="domainauditevent",
            index=models.Index(fields=["action", "-timestamp"], name="audit_action_date_idx"),
        ),
        migrations.AddIndex(
            model_name="productconfig",
            index=models.Index(fields=["customer", "enabled"], name="prodcfg_cust_enabled_idx"),
        ),
        migrations.AddIndex(
            model_name="productconfig",
            index=models.Index(fields=["product_slug", "enabled"], name="prodcfg_slug_enabled_idx"),
        ),
    ]

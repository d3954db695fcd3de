from django.conf import settings
from django.db import models


class Customer(models.Model):
    """A tenant."""

    name = models.CharField(max_length=255, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class ReportRun(models.Model):
    """One run of a report for a customer."""

    RUN_TYPE_CHOICES = [
        ("weekly", "Weekly payer drift"),
        ("monthly", "Monthly"),
    ]
    STATUS_CHOICES = [
        ("running", "Running"),
        ("success", "Success"),
        ("partial", "Partial"),
        ("failed", "Failed"),
    ]

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="report_runs")
    run_type = models.CharField(max_length=20, choices=RUN_TYPE_CHOICES, default="weekly")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=STATUS_CHOICES, default="running")
    summary_json = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]


class DomainAuditEvent(models.Model):
    """Who did what, for the audit trail."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="audit_events")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="audit_events",
    )
    action = models.CharField(max_length=50)
    entity_type = models.CharField(max_length=50)
    entity_id = models.CharField(max_length=100, null=True, blank=True)
    timestamp = models.DateTimeField(auto_now_add=True)
    metadata = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-timestamp"]


class ProductConfig(models.Model):
    """Which products a customer has."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="product_configs")
    product_slug = models.CharField(max_length=50)
    enabled = models.BooleanField(default=True)
    config_json = models.JSONField(default=dict, blank=True)

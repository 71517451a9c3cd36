from django.apps import AppConfig


class MixpanelConfig(AppConfig):
    name = "web.mixpanel"
    label = "mixpanel"
    default_auto_field = "django.db.models.BigAutoField"

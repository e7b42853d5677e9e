"""All addresses of the desk, an app a line. An address needs its rule in `access.RULES`."""

from django.urls import include, path

handler400 = "downtime.desk.web.errors.bad_request"
handler403 = "downtime.desk.web.errors.forbidden"
handler404 = "downtime.desk.web.errors.not_found"
handler500 = "downtime.desk.web.errors.failure"

urlpatterns = [
    path("", include("downtime.desk.web.urls")),
    path("", include("downtime.desk.accounts.urls")),
    path("key/", include("downtime.desk.keying.urls")),
    path("verify/", include("downtime.desk.verification.urls")),
    path("patients/", include("downtime.desk.patients.urls")),
    path("account/", include("downtime.desk.reconciliation.urls")),
    path("inbox/", include("downtime.desk.inbox.urls")),
    path("print/", include("downtime.desk.printing.urls")),
    path("ready/", include("downtime.desk.readiness.urls")),
    path("site/", include("downtime.desk.site_editor.urls")),
    path("administration/", include("downtime.desk.administration.urls")),
    path("audit/", include("downtime.desk.audit.urls")),
]

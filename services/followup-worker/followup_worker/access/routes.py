"""HTTP of the access log."""

from ar_shared.platform.access_routes import access_log_router
from followup_worker.access.activity import log_access
from followup_worker.access.queries import subjects_of_patient

router = access_log_router("followup", log_access, subjects_of_patient)

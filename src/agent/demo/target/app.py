"""The WSGI application that gunicorn serves in the demonstration."""
import os

import settings
from faults import FaultsFile

_config = settings.from_environment()
_faults = FaultsFile(_config.faults_file)

# Before anything else is imported: a worker that is to die at boot should at least die cheaply, for
# gunicorn starts the next one at once, and for ever.
if _faults.current().crash_at_boot:
    os._exit(1)

from service import Service  # noqa: E402

_service = Service(_config, _faults)


def application(environ, start_response):
    response = _service.answer(environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/"))
    status = "%d %s" % (response.status.value, response.status.phrase)
    headers = [("Content-Type", response.content_type), *response.headers.items()]
    start_response(status, headers)
    if environ["REQUEST_METHOD"] == "HEAD":
        return _closed(response.body)
    return response.body


def _closed(body):
    """No body is sent, but what it holds must still be let go."""
    if hasattr(body, "close"):
        body.close()
    return []

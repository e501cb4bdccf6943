"""Signs in as a persona of the sandbox, again whenever the session may have ended."""

import time

import refusals  # noqa: F401  (registers its hook)
import sandbox
import schemathesis

# Access tokens live ten minutes.
RENEW_AFTER_SECONDS = 300
# Operations that the manager may not use, or that would only ever show an empty list: who can say more.
PERSONAS = {
    "listAuditEvents": "organization-administrator",
    "listNotifications": sandbox.RECEIVER,
    "readNotification": sandbox.RECEIVER,
}
tokens = {}


def persona(operation):
    return PERSONAS.get(operation.definition.raw.get("operationId"), sandbox.MANAGER)


@schemathesis.auth(refresh_interval=None)
class Persona:
    def get(self, case, context):
        name = persona(context.operation)
        if name not in tokens or time.monotonic() - tokens[name][1] > RENEW_AFTER_SECONDS:
            tokens[name] = (sandbox.token(name), time.monotonic())
        return tokens[name][0]

    def set(self, case, data, context):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def after_call(context, case, response):
    """Forgets the token when the request may have ended its session, so that the next request gets a new one.

    Sessions are also ended by revoking a token, by using a refresh token twice, and by signing in once too often.
    """
    if response.status_code == 401 or case.method == "DELETE" or "/oauth/" in case.path:
        tokens.pop(persona(case.operation), None)

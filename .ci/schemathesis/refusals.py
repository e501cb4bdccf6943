"""Well-formed requests that are refused all the same, by a rule that no schema can state.

`positive_data_acceptance` would report them. Its settings know only statuses, and to allow a whole status (all 400, all 422)
would hide requests that the document wrongly calls valid. So each refusal is allowed here by the operation, the status and
the problem codes that the rule answers with. 404 (a made-up id) and 409 (a state that forbids it) are allowed in the settings.
"""

import json

import schemathesis
from schemathesis.openapi.checks import RejectedPositiveData

REASSIGN = ("createReassignment", "previewReassignment")

# (operations, or None for any; status; every code that may appear)
ALLOWED = [
    # A cursor is opaque and bound to its list, filters and sort order; a made-up one is none.
    (None, 400, {"invalid_cursor"}),
    # A made-up entity tag is never the current one.
    (None, 412, {"precondition_failed"}),
    # A key belongs to its first request; made-up ones like `0` come back with another body.
    (None, 422, {"reused"}),
    # Both ends must be different active agents of the organization: that depends on the data.
    (REASSIGN, 422, {"target_same_as_source", "target_not_active_credentialing_agent"}),
]


def codes(response):
    """The codes that tell why: those of the single errors where there are some, else the problem's own."""
    try:
        problem = json.loads(response.content)
    except ValueError:
        return set()
    errors = {error.get("code") for error in problem.get("errors", [])}
    return errors or {problem.get("code")}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if not isinstance(failure, RejectedPositiveData):
        return True
    operation = case.operation.definition.raw.get("operationId")
    found = codes(response)
    for operations, status, allowed in ALLOWED:
        if operations is not None and operation not in operations:
            continue
        if response.status_code == status and found and found <= allowed:
            return False
    return True


def whole(value):
    """`value` with every 2.0 written as 2."""
    if isinstance(value, dict):
        return {name: whole(member) for name, member in value.items()}
    if isinstance(value, list):
        return [whole(member) for member in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@schemathesis.hook
def map_body(context, body):
    """JSON Schema counts 2.0 among the integers, the server does not, and no client writes a version so."""
    return whole(body)

"""Requests and answers held to AWS's own models, as botocore has them: what MiniStack would overlook is a fault.

A request that does not fit is refused with the service's own error. Of the programs' requests, which a header names,
the answers are held to the model too: there the fault is the emulator's. Whoever runs the emulator gets the list of
all that did not fit, and a test session fails with it.
"""

from . import answers, record, signing
from .calls import Call, Request, recognise
from .refused import CODES, NOT_PLAYED, not_played, refusal

PROGRAMS = "ecrmirror"
"""The User-Agent of what is tested. Other clients are boto3's, which botocore itself holds to its models."""


def is_program(request: Request) -> bool:
    return request.headers.get("user-agent") == PROGRAMS


def check(request: Request) -> tuple[Call | None, tuple[int, dict[str, str], bytes] | None]:
    """The call that a request is, if its service is known here, and the refusal if it does not fit, or nobody plays it.

    Everything that a program asks of AWS must be known here.
    """
    call, wrong = recognise(request)
    if call is None and wrong is None and is_program(request):
        wrong = ("unknown", "UnknownOperationException", f"no service here has {request.method} {request.path}")
    if wrong is None and call is not None:
        if sentence := signing.fault(request, call.operation, must_match_host=is_program(request)):
            wrong = (call.service, "InvalidSignatureException", sentence)
        elif call.faults:
            sentence = f"{call.service}:{call.operation.name}: {'; '.join(call.faults)}"
            wrong = (call.service, CODES.get(call.service, "ValidationException"), sentence)
    if wrong is None:
        return call, not_played(call.service) if call and call.service in NOT_PLAYED else None
    record.add(wrong[2])
    return call, refusal(*wrong)


def check_answer(call: Call, status: int, headers: dict[str, str], body: bytes) -> str:
    """What does not fit in the answer to a program; empty if all does."""
    found = "; ".join(answers.faults(call, status, headers, body))
    if found:
        found = f"the emulator's answer to {call.service}:{call.operation.name}: {found}"
        record.add(found)
    return found

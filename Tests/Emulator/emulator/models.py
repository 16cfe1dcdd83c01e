"""botocore's models of services."""

import functools

import botocore.session
from botocore.model import ServiceModel

_session = botocore.session.get_session()
loader = _session.get_component("data_loader")


@functools.cache
def model(service: str) -> ServiceModel:
    return _session.get_service_model(service)

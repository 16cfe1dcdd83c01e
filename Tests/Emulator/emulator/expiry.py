"""Rows of DynamoDB whose time to live is over: in AWS they stay for hours or days, so here until a test sweeps."""

import time
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb


class Kept(AccountRegionScopedDict):
    """Settings of which MiniStack's sweeper, a thread that wakes every minute, sees none."""

    def all_items(self) -> list:
        return []


def install() -> None:
    dynamodb._ttl_settings = Kept()


def sweep() -> dict[str, Any]:
    """Deletes the expired rows of all tables that have a time to live."""
    now, deleted = time.time(), 0
    for scope, setting in dynamodb._ttl_settings.to_dict().items():
        table = dynamodb._tables.get_scoped(*scope)
        if table is None or setting.get("TimeToLiveStatus") != "ENABLED":
            continue
        for key, rows in list(table["items"].items()):
            for sort, row in list(rows.items()):
                if float(row.get(setting["AttributeName"], {}).get("N", "inf")) <= now:
                    dynamodb._remove_item(table, key, sort)
                    deleted += 1
    return {"deleted": deleted}

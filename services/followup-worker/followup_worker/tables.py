"""Every table of schema `followup`, gathered for migrations, lints and tests."""

from followup_worker.access import tables as access
from followup_worker.base import FollowupTable
from followup_worker.causes import tables as causes
from followup_worker.feed import tables as feed
from followup_worker.sweep import tables as sweep
from followup_worker.work_items import tables as work_items

CATALOGUE = FollowupTable.metadata

__all__ = ["CATALOGUE", "access", "causes", "feed", "sweep", "work_items"]

"""Ask claims-api how far each practice's feed has come."""

from ar_shared.platform.http_client import ServiceClient


async def feed_heads(claims_api: ServiceClient) -> dict[int, int]:
    """Newest sequence by practice. Raises ServiceUnavailableError or CallRefusedError."""
    heads: dict[int, int] = {}
    after = 0
    while True:
        page = (await claims_api.get("/v1/events/heads", params={"after": after}))["items"]
        if not page:
            return heads
        heads |= {head["practice_id"]: head["last_sequence"] for head in page}
        after = page[-1]["practice_id"]

"""Create the roles and schemas a fresh database needs; safe to run again.

`python -m ar_shared.platform.bootstrap` with AR_ADMIN_DATABASE_URL and one password a service. Owners cannot
log in, services own nothing, and neither can pass row-level security.
"""

import asyncio
import os
from typing import Final

import asyncpg

SERVICES: Final = {"claims": "CLAIMS", "followup": "FOLLOWUP", "reporting": "REPORTING"}
EXPORTING: Final = ("claims", "followup")


def _role_sql(role: str, options: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
        f"CREATE ROLE {role}; END IF; END $$; "
        f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB {options}"
    )


async def bootstrap(admin_url: str, passwords: dict[str, str]) -> None:
    """Roles, schemas and role settings. passwords: service name to the password of its login role."""
    connection = await asyncpg.connect(admin_url)
    try:
        for service, password in passwords.items():
            owner, role = f"ar_owner_{service}", f"ar_{service}"
            quoted = password.replace("'", "''")
            await connection.execute(_role_sql(owner, "NOLOGIN"))
            await connection.execute(_role_sql(role, f"LOGIN PASSWORD '{quoted}'"))
            await connection.execute(f'ALTER ROLE {role} SET "citus.override_table_visibility" = off')
            await connection.execute(f"ALTER ROLE {role} SET \"citus.propagate_set_commands\" = 'local'")
            await connection.execute(f"ALTER ROLE {role} SET statement_timeout = '300s'")
            await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {owner}")
            await connection.execute(f"GRANT USAGE ON SCHEMA {service} TO {role}")
            if service in EXPORTING:
                await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {service}_export AUTHORIZATION {owner}")
        for service in EXPORTING:
            for reader in passwords:
                await connection.execute(f"GRANT USAGE ON SCHEMA {service}_export TO ar_{reader}")
    finally:
        await connection.close()


def main() -> None:
    """Read the environment and run."""
    passwords = {service: os.environ[f"AR_{name}_PASSWORD"] for service, name in SERVICES.items()}
    asyncio.run(bootstrap(os.environ["AR_ADMIN_DATABASE_URL"], passwords))


if __name__ == "__main__":
    main()

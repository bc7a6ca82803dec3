"""`stampwell migrate`."""

from stampwell.cli.output import NO_DATABASE, AsJson, fail, show
from stampwell.cli.running import migrate_database, settings_or_exit
from stampwell.db.revision import WrongSchema


def migrate(*, as_json: AsJson = False) -> None:
    """Bring the database to this version's schema. Safe to run again; back up first."""
    settings = settings_or_exit(as_json=as_json)
    try:
        revision = migrate_database(settings)
    except WrongSchema as error:
        fail(str(error), status=NO_DATABASE, as_json=as_json)
    show({"revision": revision}, as_json=as_json)

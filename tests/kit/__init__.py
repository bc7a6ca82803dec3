"""The test kit: the real app on real databases over real sockets, with people who have names.

Databases (`kit/databases.py`, `kit/postgres.py`, `kit/data.py`)
    dialect        'sqlite' and 'postgresql': a test that asks for it, directly or not, runs on both, unless it is marked
                   `one_database` (CONTRIBUTING.md says when)
    database_url   a database of the test's own, migrated
    data           a `Data` on it: `data.write(unit, …)`, `data.read(unit, …)`, `data.rows(sql, …)`, `data.count(table)`
    databases      `databases.fresh(dialect)`: as many databases as a test needs; `databases.empty(dialect)`: not migrated;
                   `databases.lent(dialect)`: one that is gone at the end of the `with`
    postgres       the run's private `PostgresCluster` (one a pytest-xdist worker), or STAMPWELL_TEST_POSTGRES_URL

The app (`kit/shops.py`, `kit/people.py`, `kit/server.py`)
    shop           a `Shop` that the tests of a file share, on both databases. Leave Alice, Bob and Charlie as they are;
                   `shop.open_account(plan=…)` gives an account to break
    own_shop       the same, the test's own; for tests that need an empty database or harm the server
    tiny_shop      like `shop`, with a plan table whose plans `minute` and `hour` allow two requests in that time
    open_shop      `open_shop(dialect, error_status="200", …)`: a Shop with other settings
    Its clock stands still at `kit.clock.START`, a Monday, until a test moves it: `shop.clock.set(datetime(…))`.

Alice owns Bean & Co (plan enterprise, card 123, a key with every scope). Bob is her staff: his key may read and mark
stamps, not issue them. Charlie owns another shop: his own account, card and key. All of them live in Seoul.

Without a server (`kit/search_shop.py`, `kit/projection.py`)
    SearchShop     a shop whose stamps are searched: `search_shop.issue("Kim", phone=…)`, `search_shop.find("kim")`,
                   `search_shop.find_all(…)`
    project(data)  reads the ledger to its end, as the worker beside a server does

The dashboard (`kit/dashboard_client.py`)
    shop.dashboard()   a `DashboardClient`, with a new owner of Alice's shop signed in; `shop.dashboard(charlie, Role.STAFF)`
                   in Charlie's as staff; `shop.stranger()` with nobody. `dashboard.get(path)` is a `DashboardPage`: status,
                   text, html, form(…). `dashboard.submit(page, action, field="…")` fills in the page's form and sends it,
                   `dashboard.done(…)` follows to the page after it, `dashboard.upload(…)` sends a file along.

Every page and action (`kit/pages.py`, `kit/hostile.py`)
    open_premises  `open_premises(shop)`: an account with one of everything that a path may name, `premises.path(page)` the
                   address of a page of `shop.app.pages` there; `everything(data)` of `kit/contents.py` every row of every table
    kit.hostile    texts, addresses, files and garbage of somebody who means no good

Processes (`kit/process.py`, `kit/leftovers.py`)
    serve          `serve("--workers", "2", database_url=…)`: `stampwell serve`, a process of its own on a free port
    stampwell      `stampwell("account", "list", "--json")`: a command's status and what it wrote
    Whatever a run starts has its mark in the environment and is ended some seconds after it, however the run ends: start
    processes with this process's environment, or with `kit.process.environment(…)`.

What the app depends on (`kit/proxies.py`)
    tcp_proxy      `tcp_proxy(host, port)`: a `TcpProxy` to a server, to be cut and mended, as a network would
    pooler         `pooler(url).url`: that PostgreSQL database, through a PgBouncer in transaction mode (`kit/pooler.py`)
    redis          a real redis-server process, which may be killed
    name_server    a real name server on loopback (`kit/dns.py`): `name_server.set_text("_stampwell.beans.example", …)`

    Receiver       a web server in the test's own event loop, for what calls out (`kit/receivers.py`); `connects()` is what the
                   process connects to

    kit.statements how many SQL statements requests take: `statements.counted(taken, "add")`

Races and accidents (`kit/races.py`, `kit/aside.py`, `kit/fault_proxies.py`, `kit/load.py`, `kit/model.py`)
    servers        in `tests/durability`: two server processes on one database, `servers.at_once([add(stamp)] * 200)`
    kit.aside      transactions of PostgreSQL beside each other: `open_transaction(data)`, and an `Aside` that waits for it
    FaultProxy     a TcpProxy that loses one answer at a chosen moment, and may kill somebody then
    ChaoticReceiver  a receiver of webhooks that fails at random, in every way that one can (`kit/chaos.py`)
    Rush           rounds of requests that meet, which have to end as if one had come after another (`kit/rushes.py`,
                   `kit/serial.py`): `Rush(servers, goal=5, …).run(customers=8, marks=[4, 0], at_once=…)`
    kit.model      what a shop's stamps and cards should be, for tests that compare

`kit.refusals.refusal(code, message)` and `wrong_fields((field, message), …)` are the whole bodies of refusals.
`kit.stamps` makes cards and stamps in any state (`stamp_in(shop, state, card)`) and asks things of them: `do` what must go
well, `refused` what must not and then changes nothing.
`shop.lay_out_samples()` gives Alice card 123 and stamp 1347 of the documented samples, `shop.send(route, by)` sends an example.
`kit.shop.least(**fields)` is the smallest body that creates a stamp on card 123; `sample(**fields)` the documented one.
"""

//! Two roles on PostgreSQL: the owner makes the tables, the service's own role adds to the log and cannot change it.

use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};
use vigie_testkit::{OsmoHlr, Postgres, Scratch};

use crate::real_parts::{IMSI, ROW};
use crate::running::{Running, answer, vigie};

/// Of a database that holds nothing else.
const OURS: &str = "n.nspname !~ '^(pg_|information_schema|public)'";

/// The logs that the process owns.
const LOGS: [&str; 3] = ["lines", "routing", "notices"];

/// All that the service's own role may do with a log, by table.
const GRANTED_ON_A_LOG: [&str; 7] = [
    "_sqlx_migrations SELECT",
    "events INSERT,SELECT",
    "keys INSERT,SELECT,UPDATE",
    "links DELETE,INSERT,SELECT",
    "log SELECT",
    "requests DELETE,INSERT,SELECT",
    "streams INSERT,SELECT,UPDATE",
];

#[test]
fn everything_works_with_the_rights_of_the_service_s_own_role_and_no_event_can_be_changed() {
    let url = Postgres::shared().unwrap().create_database("roles").unwrap();
    let (app, owner) = (url_of(&url, "vigie_app"), url_of(&url, "vigie_owner"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(create_roles(&url));
    let register = OsmoHlr::start().unwrap();
    register.provision(IMSI, Some("33639980001")).unwrap();
    let (ctrl, vty) = (register.ctrl().to_string(), register.vty().to_string());
    let environment = [
        ("VIGIE_STORAGE__POSTGRES__URL", app.as_str()),
        ("VIGIE_STORAGE__POSTGRES__OWNER_URL", owner.as_str()),
        ("VIGIE_REGISTER__KIND", "osmo_hlr"),
        ("VIGIE_REGISTER__OSMO_HLR__CTRL", &ctrl),
        ("VIGIE_REGISTER__OSMO_HLR__VTY", &vty),
    ];
    let home = Scratch::new("roles").unwrap();
    let data = home.path().join("data");

    let running = Running::start(&home, &data, &["--json"], &environment);
    running.until("address");
    running.import(&home, &[ROW.to_owned()]);
    let suspended = running.command(&["line", "suspend", "+33639980001", "--reason", "theft"]).ok();
    assert!(suspended.contains("REGISTER_READ_BACK"), "{suspended}");
    running.command_until(&["line", "list"], "SUSPENDED");
    running.command_until(&["commitments", "show", "9.3", "--cases"], "SUSPEND THEFT  KEPT");
    assert!(running.command(&["commitments", "rebuild"]).ok().contains("the live ledger is the same"));
    let timeline = running.command(&["line", "timeline", "+33639980001"]).ok();
    assert!(timeline.contains("Suspension confirmed by the register"), "{timeline}");
    assert!(running.command(&["progress", "rebuild"]).ok().contains("the live timelines are the same"));
    assert!(running.command(&["log", "verify"]).ok().contains("intact"));
    running
        .command(&["log", "backup", "--log", "lines", home.path().join("log.backup").to_str().unwrap()])
        .ok();
    running.command(&["register", "pause", "--reason", "a test"]).ok();
    running.command(&["register", "unpause"]).ok();
    assert!(running.command(&["register", "reconcile"]).ok().contains("1 lines compared, 0 differences"));
    running.readiness_until(&["HTTP/1.1 200"]);
    let served = answer(vigie(&data).args(["view", "start-over", "all"]).envs(environment)).failed(1);
    assert!(served.contains("stop it first"), "{served}");
    running.stop();

    runtime.block_on(async {
        let mut superuser = PgConnection::connect(&url).await.unwrap();
        assert_eq!(tables_of_others(&mut superuser).await, Vec::<String>::new());
        assert_granted(&granted(&mut superuser).await);
        let mut service = PgConnection::connect(&app).await.unwrap();
        cannot(&mut service).await;
        can(&mut service).await;
    });

    answer(vigie(&data).args(["view", "start-over", "all"]).envs(environment)).ok();
    let again = Running::start(&home, &data, &["--json"], &environment);
    again.until("address");
    again.command_until(&["line", "list"], "SUSPENDED");
    again.command_until(&["commitments", "show", "9.3", "--cases"], "SUSPEND THEFT  KEPT");
    again.stop();
}

/// With what is computed from logs, and with what waits to be carried out, it may do as it likes, and nothing to the schema.
/// Where a reaction stands is never forgotten.
const GRANTED_ELSEWHERE: [&str; 3] =
    ["._sqlx_migrations SELECT", " DELETE,INSERT,SELECT,UPDATE", ".reaction INSERT,SELECT,UPDATE"];

/// Whether no table may be used but as it should be.
fn assert_granted(granted: &[String]) {
    for log in LOGS {
        let prefix = format!("{log}.");
        let on_log: Vec<_> = granted.iter().filter_map(|granted| granted.strip_prefix(&prefix)).collect();
        assert_eq!(on_log, GRANTED_ON_A_LOG, "{log}");
    }
    let on_log = |granted: &&String| LOGS.iter().any(|log| granted.starts_with(&format!("{log}.")));
    let elsewhere: Vec<_> = granted.iter().filter(|granted| !on_log(granted)).collect();
    assert!(elsewhere.len() > 20, "{elsewhere:?}");
    for granted in elsewhere {
        assert!(GRANTED_ELSEWHERE.iter().any(|usual| granted.ends_with(usual)), "{granted}");
    }
}

/// The rest of `url` with another user.
fn url_of(url: &str, role: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap();
    let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
    format!("postgres://{role}:test@{rest}")
}

async fn create_roles(url: &str) {
    let mut superuser = PgConnection::connect(url).await.unwrap();
    for role in ["vigie_owner", "vigie_app"] {
        let create = format!("CREATE ROLE {role} LOGIN PASSWORD 'test'");
        // Roles are of the whole server: another test may have made them.
        let _ = superuser.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(create))).await;
    }
    let database = url.rsplit('/').next().unwrap().split('?').next().unwrap();
    let grant = format!("GRANT CREATE ON DATABASE {database} TO vigie_owner");
    superuser.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(grant))).await.unwrap();
}

async fn tables_of_others(superuser: &mut PgConnection) -> Vec<String> {
    let sql = format!(
        "SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
         JOIN pg_roles AS r ON r.oid = c.relowner WHERE {OURS} AND c.relkind IN ('r', 'p') AND r.rolname <> 'vigie_owner'"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(superuser).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn granted(superuser: &mut PgConnection) -> Vec<String> {
    let sql = format!(
        "SELECT n.nspname || '.' || c.relname || ' ' || string_agg(a.privilege_type, ',' ORDER BY a.privilege_type) \
         FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, aclexplode(c.relacl) AS a \
         JOIN pg_roles AS r ON r.oid = a.grantee \
         WHERE r.rolname = 'vigie_app' AND {OURS} GROUP BY n.nspname, c.relname ORDER BY 1"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(superuser).await.unwrap();
    let mut granted: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    granted.sort();
    granted
}

async fn cannot(service: &mut PgConnection) {
    for deed in [
        "UPDATE lines.events SET actor = 'somebody else'",
        "UPDATE lines.events_0 SET actor = 'somebody else'",
        "DELETE FROM lines.events",
        "DELETE FROM lines.events_0",
        "TRUNCATE lines.events",
        "TRUNCATE lines.events_0",
        "DROP TABLE lines.events",
        "ALTER TABLE lines.events DETACH PARTITION lines.events_0",
        "UPDATE routing.events SET actor = 'somebody else'",
        "DELETE FROM routing.events_0",
        "UPDATE notices.events SET actor = 'somebody else'",
        "UPDATE lines.log SET incarnation = 9",
        "DELETE FROM lines.streams",
        "CREATE TABLE lines.more (i INT)",
        "DROP TABLE lines_view.line_view",
        "TRUNCATE lines_view.register_watch",
        "CREATE TABLE lines_view.more (i INT)",
        "CREATE TABLE routing_view.more (i INT)",
        "ALTER TABLE commitments.cases ADD COLUMN more INT",
        "DROP SCHEMA commitments CASCADE",
        "CREATE SCHEMA more",
    ] {
        let done = service.execute(deed).await;
        let refused =
            done.as_ref().err().and_then(sqlx::Error::as_database_error).and_then(|error| error.code());
        assert_eq!(refused.as_deref(), Some("42501"), "{deed}: {done:?}");
    }
}

/// What the driver does only when a write goes wrong.
async fn can(service: &mut PgConnection) {
    for deed in [
        "INSERT INTO lines_view.register_watch VALUES ('0197b1f0-0000-7000-8000-000000000009', 0, 0, 'LATE_ANSWER')",
        "UPDATE lines_view.register_watch SET next_check_at = 1",
        "DELETE FROM lines_view.register_watch",
    ] {
        service.execute(deed).await.unwrap_or_else(|error| panic!("{deed}: {error}"));
    }
}

//! What a database in a file has to answer for besides.

use std::{fs, os::unix::fs::PermissionsExt as _, sync::Arc};

use identity::{
    agent::{Agent, Kept, Token},
    calling::{Calling, Secret},
    keys::Keys,
    organization::{Client, ClientSecret, Organization},
};
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{Entry, Missing, Store, StoreError, Watch};

use crate::database::{Database, agent, at, handle, keys, organization, rotated, session};

#[tokio::test]
async fn no_secret_stands_in_the_file() {
    let database = Database::on_sqlite().await;
    let mut unit = database.peopled().await;
    let client =
        |secret| Some(Client { id: "client".to_owned(), secret: ClientSecret::new(secret) });
    let acme = Organization {
        sign_in_client: client("s3cret-of-sign-in"),
        integration_client: client("s3cret-of-integration"),
        calling: Calling {
            secret: Some(Secret::new("s3cret-of-the-pbx")),
            turn_secret: Some(Secret::new("s3cret-of-turn")),
            ..Calling::default()
        },
        ..organization("acme")
    };
    unit.save_organization(&acme).await.unwrap();
    let kept = Kept::Mac(keys().token_mac("s3cret-token"));
    let token = Some(Token { kept, issued_at: at(0), last_used: None });
    let sip_password = Some(Secret::new("s3cret-of-anna"));
    unit.save_agent(&Agent { token, sip_password, ..agent("anna") }).await.unwrap();
    unit.commit().await.unwrap();

    let bytes = bytes_of(&database);

    assert!(contains(&bytes, b"acme"), "the rows do stand there");
    assert!(!contains(&bytes, b"s3cret"), "a secret stands in the file");
}

#[tokio::test]
async fn a_write_of_nothing_reaches_the_disk_and_changes_nothing() {
    let database = Database::on_sqlite().await;
    database.peopled().await.commit().await.unwrap();
    let log = database.path.with_extension("sqlite-wal");
    let before = fs::metadata(&log).unwrap().len();

    database.store.write_nothing().await.unwrap();

    assert!(fs::metadata(&log).unwrap().len() > before, "nothing has reached the disk");
    let mut unit = database.store.read().await.unwrap();
    assert_eq!(unit.organizations().await.unwrap().len(), 2);
    database.store.check_schema().await.unwrap();
}

#[tokio::test]
async fn the_same_secret_is_sealed_differently_each_time() {
    let database = Database::on_sqlite().await;
    let sealed = async |name: &str| {
        let client = Client { id: "client".to_owned(), secret: ClientSecret::new("s3cret") };
        let mut unit = database.store.begin().await.unwrap();
        let organization = Organization { sign_in_client: Some(client), ..organization(name) };
        unit.insert_organization(&organization).await.unwrap();
        unit.commit().await.unwrap();
        let mut connection = connect(&database).await;
        let query = "SELECT sign_in_client_secret FROM organization WHERE handle = ?";
        sqlx::query_scalar::<_, Vec<u8>>(query).bind(name).fetch_one(&mut connection).await.unwrap()
    };

    assert_ne!(sealed("acme").await, sealed("globex").await);
}

#[tokio::test]
async fn another_key_file_is_told_from_a_broken_database() {
    let database = Database::on_sqlite().await;
    let client = Client { id: "client".to_owned(), secret: ClientSecret::new("s3cret") };
    let acme = Organization { sign_in_client: Some(client), ..organization("acme") };
    let mut unit = database.store.begin().await.unwrap();
    unit.insert_organization(&acme).await.unwrap();
    unit.commit().await.unwrap();

    let other = Arc::new(Keys::from_secret(&[2; 32]));
    let store = Store::open(&database.path, Missing::Refuse, other).await.unwrap();
    let read = store.read().await.unwrap().organization(&acme.handle).await;

    assert!(matches!(read, Err(StoreError::OtherKey)), "{read:?}");
}

#[tokio::test]
async fn a_secret_moved_to_another_organisation_does_not_open_there() {
    let database = Database::on_sqlite().await;
    let mut unit = database.store.begin().await.unwrap();
    for (name, secret) in [("acme", "one"), ("globex", "other")] {
        let client = Client { id: name.to_owned(), secret: ClientSecret::new(secret) };
        let organization = Organization { sign_in_client: Some(client), ..organization(name) };
        unit.insert_organization(&organization).await.unwrap();
    }
    unit.commit().await.unwrap();
    let swap = "UPDATE organization SET sign_in_client_secret =
        (SELECT sign_in_client_secret FROM organization WHERE handle = 'acme') WHERE handle = 'globex'";
    run(&database, swap).await.unwrap();

    let read = database.store.read().await.unwrap().organization(&handle("globex")).await;

    assert!(matches!(read, Err(StoreError::OtherKey)), "{read:?}");
}

#[tokio::test]
async fn the_audit_log_is_neither_changed_nor_shortened() {
    let database = Database::on_sqlite().await;
    let entry = Entry {
        at: at(0),
        organization: None,
        agent: None,
        actor: "agent",
        event: "sign_in",
        outcome: "ok",
        detail: None,
    };
    let mut unit = database.store.begin().await.unwrap();
    unit.audit(entry).await.unwrap();
    unit.commit().await.unwrap();

    for statement in [
        "UPDATE audit SET outcome = 'sign_in.no_agent'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
        "REPLACE INTO audit (id, at, actor, event, outcome) VALUES (1, 0, 'agent', 'sign_in', 'no')",
        "INSERT INTO audit (id, at, actor, event, outcome) VALUES (1, 0, 'agent', 'sign_in', 'no')
            ON CONFLICT (id) DO UPDATE SET outcome = 'no'",
    ] {
        let error = run(&database, statement).await.expect_err(statement);
        assert!(error.to_string().contains("append-only"), "{statement}: {error}");
    }

    let entries = database.store.read().await.unwrap().audit_entries(10).await.unwrap();
    assert_eq!(entries.iter().map(|entry| entry.outcome.as_str()).collect::<Vec<_>>(), ["ok"]);
}

#[tokio::test]
async fn a_schema_that_is_not_exactly_ours_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.sqlite");
    let empty = Store::open(&path, Missing::Create, keys()).await.unwrap();
    assert!(matches!(empty.check_schema().await, Err(StoreError::SchemaOlder)));

    let database = Database::on_sqlite().await;
    database.store.check_schema().await.unwrap();
    run(
        &database,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, x'00', 0)",
    )
    .await
    .unwrap();

    assert!(matches!(database.store.check_schema().await, Err(StoreError::SchemaNewer)));
    assert!(database.store.migrate().await.is_err(), "a newer schema is not migrated either");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_made_only_where_that_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.sqlite");

    assert!(Store::open(&path, Missing::Refuse, keys()).await.is_err());
    assert!(!path.exists());
    let database = Database::on_sqlite().await;
    database.peopled().await.commit().await.unwrap();

    for ending in ["", "-wal", "-shm"] {
        let file = format!("{}{ending}", database.path.display());
        let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_migration_is_made_once_and_what_stood_there_stays() {
    let database = Database::on_sqlite().await;
    database.peopled().await.commit().await.unwrap();

    database.store.migrate().await.unwrap();

    let agents = database.store.read().await.unwrap().agents(&handle("acme")).await.unwrap();
    assert_eq!(agents.len(), 2);
}

#[tokio::test]
async fn what_was_there_before_keys_had_ids_rests_on_the_oldest() {
    let database = Database::on_sqlite().await;
    let mut unit = database.peopled().await;
    let token = Some(Token {
        kept: Kept::Mac(keys().token_mac("token")),
        issued_at: at(0),
        last_used: None,
    });
    unit.save_agent(&Agent { token, ..agent("anna") }).await.unwrap();
    unit.insert_session(&session(1, "anna")).await.unwrap();
    unit.insert_invitation(&[1; 32], &agent("ben").id, at(60)).await.unwrap();
    unit.commit().await.unwrap();
    for statement in [
        "UPDATE agent SET token_key = NULL",
        "UPDATE session SET key = NULL",
        "UPDATE invitation SET key = NULL",
    ] {
        run(&database, statement).await.unwrap();
    }

    let store = database.opened_with(rotated()).await;
    store.migrate().await.unwrap();

    let mut unit = store.read().await.unwrap();
    let resting = unit.resting_on(keys().in_use(), at(1)).await.unwrap();
    assert_eq!(resting.tokens, [("acme".to_owned(), "anna".to_owned())]);
    assert_eq!((resting.sessions, resting.invitations), (1, 1));
}

#[tokio::test]
async fn what_another_connection_writes_is_noticed_once() {
    let database = Database::on_sqlite().await;
    let other_process = database.opened_again().await;
    let mut watch = Watch::open(&database.path).await.unwrap();
    assert!(!watch.has_changed().await.unwrap());

    let mut unit = other_process.begin().await.unwrap();
    unit.insert_organization(&organization("acme")).await.unwrap();
    assert!(!watch.has_changed().await.unwrap(), "nothing is committed yet");
    unit.commit().await.unwrap();

    assert!(watch.has_changed().await.unwrap());
    assert!(!watch.has_changed().await.unwrap());
    other_process.read().await.unwrap().organizations().await.unwrap();
    assert!(!watch.has_changed().await.unwrap(), "reading is no news");
}

#[tokio::test]
async fn a_database_closed_and_opened_again_has_everything() {
    let database = Database::on_sqlite().await;
    let mut unit = database.peopled().await;
    unit.insert_session(&session(1, "anna")).await.unwrap();
    unit.commit().await.unwrap();
    database.store.close().await;

    let store = database.opened_again().await;
    store.check_schema().await.unwrap();
    let found = store.read().await.unwrap().session(session(1, "anna").id).await.unwrap();

    assert_eq!(found, Some(session(1, "anna")));
}

/// As whoever has the file, past the store.
async fn connect(database: &Database) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(&database.path);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn run(database: &Database, statement: &str) -> Result<(), sqlx::Error> {
    let mut connection = connect(database).await;
    sqlx::query(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await.map(drop)
}

/// The database with its write-ahead log.
fn bytes_of(database: &Database) -> Vec<u8> {
    let wal = format!("{}-wal", database.path.display());
    let mut bytes = fs::read(&database.path).unwrap();
    bytes.extend(fs::read(wal).unwrap());
    bytes
}

fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

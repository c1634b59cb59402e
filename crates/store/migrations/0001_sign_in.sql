-- Times are milliseconds since the Unix epoch. Secrets are sealed or stand here as HMACs only.

CREATE TABLE organization (
    handle                    TEXT    PRIMARY KEY,
    name                      TEXT    NOT NULL,
    organization_id           TEXT    NOT NULL,
    my_domain                 TEXT    NOT NULL,
    lightning_hosts           TEXT    NOT NULL, -- JSON array
    sign_in_client_id         TEXT,
    sign_in_client_secret     BLOB,             -- sealed
    integration_client_id     TEXT,
    integration_client_secret BLOB,             -- sealed
    proof                     TEXT    NOT NULL CHECK (proof IN ('required', 'off')),
    certificates              TEXT    NOT NULL, -- JSON array of PEM
    call_centers              TEXT    NOT NULL, -- JSON array
    script_version            TEXT    NOT NULL,
    legacy                    TEXT    NOT NULL CHECK (legacy IN ('on', 'migrating', 'off')),
    password                  TEXT    NOT NULL CHECK (password IN ('on', 'off'))
) STRICT;

CREATE TABLE agent (
    id               TEXT    PRIMARY KEY,
    organization     TEXT    NOT NULL REFERENCES organization (handle),
    login            TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    operator_id      TEXT,
    token_mac        BLOB,
    token_issued_at  INTEGER,
    token_last_used  INTEGER,
    linked_user      TEXT,
    linked_at        INTEGER,
    legacy_retired   INTEGER NOT NULL DEFAULT 0 CHECK (legacy_retired IN (0, 1)),
    entered_user     TEXT,
    unconfirmed_user TEXT,
    disabled         INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
    signed_out       INTEGER NOT NULL DEFAULT 0 CHECK (signed_out IN (0, 1)),
    UNIQUE (organization, login),
    UNIQUE (organization, operator_id),
    UNIQUE (organization, linked_user)
) STRICT;

CREATE TABLE consent (
    id           TEXT    PRIMARY KEY,
    organization TEXT    NOT NULL REFERENCES organization (handle),
    subject      TEXT    NOT NULL,
    agent        TEXT    NOT NULL REFERENCES agent (id),
    granted_at   INTEGER NOT NULL,
    revoked_at   INTEGER
) STRICT;
-- One live consent for each subject of an organisation.
CREATE UNIQUE INDEX consent_live ON consent (organization, subject) WHERE revoked_at IS NULL;
CREATE INDEX consent_agent ON consent (agent);

CREATE TABLE session (
    id           BLOB    PRIMARY KEY,
    organization TEXT    NOT NULL REFERENCES organization (handle),
    agent        TEXT    NOT NULL REFERENCES agent (id),
    jkt          TEXT    NOT NULL,
    way          TEXT    NOT NULL,
    consent      TEXT    REFERENCES consent (id),
    created_at   INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    renewed_at   INTEGER NOT NULL,
    proved_at    INTEGER,
    ended_at     INTEGER,
    end_reason   TEXT
) STRICT;
CREATE INDEX session_agent ON session (agent) WHERE ended_at IS NULL;
CREATE INDEX session_ends ON session (ends_at);
CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX session_consent ON session (consent) WHERE ended_at IS NULL;

-- A nonce for a running-user proof: bound to the panel's key, good once.
CREATE TABLE challenge (
    nonce        TEXT    PRIMARY KEY,
    organization TEXT    NOT NULL REFERENCES organization (handle),
    jkt          TEXT    NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX challenge_expires ON challenge (expires_at);

CREATE TABLE sign_in_transaction (
    id              TEXT    PRIMARY KEY,
    organization    TEXT    NOT NULL REFERENCES organization (handle),
    jkt             TEXT    NOT NULL,
    challenge       TEXT    NOT NULL,
    bound_to        TEXT,             -- JSON
    switching       TEXT    REFERENCES agent (id),
    expires_at      INTEGER NOT NULL,
    stage           TEXT    NOT NULL CHECK (stage IN ('open', 'verified', 'allowed', 'claimed', 'failed')),
    verified_user   TEXT,             -- JSON
    form            TEXT,
    agent           TEXT    REFERENCES agent (id),
    consent         TEXT    REFERENCES consent (id),
    session         BLOB    REFERENCES session (id),
    claimed_at      INTEGER,
    failure_code    TEXT,
    failure_value   TEXT
) STRICT;
CREATE INDEX sign_in_transaction_expires ON sign_in_transaction (expires_at);
CREATE INDEX sign_in_transaction_session ON sign_in_transaction (session) WHERE session IS NOT NULL;

-- An events socket's ticket, by its HMAC; good once.
CREATE TABLE events_ticket (
    ticket     BLOB    PRIMARY KEY,
    session    BLOB    NOT NULL REFERENCES session (id),
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_ticket_session ON events_ticket (session);

-- Append-only.
CREATE TABLE audit (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    at           INTEGER NOT NULL,
    organization TEXT,
    agent        TEXT,
    actor        TEXT    NOT NULL,
    event        TEXT    NOT NULL,
    outcome      TEXT    NOT NULL,
    detail       TEXT
) STRICT;
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
-- REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_is_append_only_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

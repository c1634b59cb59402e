-- A PHC string.
ALTER TABLE agent ADD COLUMN password_hash TEXT;

-- A code with which an agent sets a password, by its HMAC; good once.
CREATE TABLE invitation (
    code       BLOB    PRIMARY KEY,
    agent      TEXT    NOT NULL REFERENCES agent (id),
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;
CREATE INDEX invitation_agent ON invitation (agent);
CREATE INDEX invitation_expires ON invitation (expires_at);

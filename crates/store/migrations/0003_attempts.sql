-- Wrong attempts with a typed credential, of one operator or from one address. The key is an HMAC of which;
-- how many there were is told by how long they are remembered.
CREATE TABLE attempts (
    key          BLOB    PRIMARY KEY,
    forgotten_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_forgotten ON attempts (forgotten_at);

-- What Salesforce said last against an agent's user. It outlives the sessions that it ended.
ALTER TABLE agent ADD COLUMN finding TEXT
    CHECK (finding IN ('inactive', 'frozen', 'not_in_call_center', 'not_standard_user'));
ALTER TABLE agent ADD COLUMN finding_value TEXT; -- the call center, or the type of user
ALTER TABLE agent ADD COLUMN finding_user TEXT;
ALTER TABLE agent ADD COLUMN found_at INTEGER;
CREATE INDEX agent_found ON agent (organization) WHERE finding IS NOT NULL;

-- Users are asked about by operator ID, too.
ALTER TABLE directory RENAME TO directory_before;
CREATE TABLE directory (
    organization  TEXT    PRIMARY KEY REFERENCES organization (handle),
    answered_at   INTEGER,
    trouble_since INTEGER,
    trouble_asked TEXT    CHECK (trouble_asked IN ('users', 'operators', 'logins')),
    trouble_cause TEXT    CHECK (trouble_cause IN ('silent', 'refused', 'unseen')),
    refusal       TEXT,
    CHECK ((trouble_since IS NULL) = (trouble_asked IS NULL)),
    CHECK ((trouble_since IS NULL) = (trouble_cause IS NULL)),
    CHECK ((refusal IS NOT NULL) = (trouble_cause IS 'refused'))
) STRICT;
INSERT INTO directory SELECT * FROM directory_before;
DROP TABLE directory_before;

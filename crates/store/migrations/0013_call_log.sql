-- Calls that agents' phones have handed over, each of which becomes one Task in Salesforce.
CREATE TABLE call_log (
    call              TEXT    PRIMARY KEY, -- 32 hexadecimal digits, the Task's CallObject
    organization      TEXT    NOT NULL REFERENCES organization (handle),
    agent             TEXT    NOT NULL REFERENCES agent (id),
    handed_at         INTEGER NOT NULL, -- the newest revision
    revision          INTEGER NOT NULL,
    entry             TEXT    NOT NULL, -- JSON object
    state             TEXT    NOT NULL CHECK (state IN ('waiting', 'written', 'refused')),
    refusal           TEXT,
    refusal_value     TEXT,
    -- What Salesforce has of it: by field, what it took from us, and what was sent while nobody knows whether
    -- it arrived.
    task              TEXT,
    written           TEXT    NOT NULL DEFAULT '{}', -- JSON object
    attempted         TEXT    NOT NULL DEFAULT '{}', -- JSON object
    settles_at        INTEGER, -- until then it may still arrive
    attempts          INTEGER NOT NULL DEFAULT 0, -- since it last moved on
    trouble           TEXT,    -- of the last of them
    due_at            INTEGER NOT NULL,
    lease             TEXT,
    leased_until      INTEGER,
    CHECK ((refusal IS NOT NULL) = (state = 'refused')),
    CHECK (state <> 'written' OR task IS NOT NULL),
    CHECK ((lease IS NULL) = (leased_until IS NULL))
) STRICT;
CREATE INDEX call_log_due ON call_log (organization, due_at) WHERE state = 'waiting';
CREATE INDEX call_log_agent ON call_log (agent) WHERE state = 'waiting';
CREATE INDEX call_log_refused ON call_log (organization) WHERE state = 'refused';

-- What agents choose from after a call.
ALTER TABLE organization ADD COLUMN dispositions TEXT NOT NULL DEFAULT '[]'; -- JSON array

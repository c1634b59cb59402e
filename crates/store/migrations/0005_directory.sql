-- How the minute's query of an organisation's users fares.
CREATE TABLE directory (
    organization  TEXT    PRIMARY KEY REFERENCES organization (handle),
    answered_at   INTEGER,
    trouble_since INTEGER,
    trouble_asked TEXT    CHECK (trouble_asked IN ('users', 'logins')),
    trouble_cause TEXT    CHECK (trouble_cause IN ('silent', 'refused', 'unseen')),
    refusal       TEXT,
    CHECK ((trouble_since IS NULL) = (trouble_asked IS NULL)),
    CHECK ((trouble_since IS NULL) = (trouble_cause IS NULL)),
    CHECK ((refusal IS NOT NULL) = (trouble_cause IS 'refused'))
) STRICT;

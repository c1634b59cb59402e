-- The process's own keys that the server has taken up, by their ids. The keys themselves stand in no database.
CREATE TABLE process_key (
    id          TEXT    PRIMARY KEY,
    taken_up_at INTEGER NOT NULL
) STRICT;

-- The key that each of these rests on. What was there before keys had ids is filled in by the migration.
ALTER TABLE agent ADD COLUMN token_key TEXT;
ALTER TABLE session ADD COLUMN key TEXT;
ALTER TABLE invitation ADD COLUMN key TEXT;
ALTER TABLE sign_in_transaction ADD COLUMN key TEXT;

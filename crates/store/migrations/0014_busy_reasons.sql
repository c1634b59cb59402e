-- From which agents choose one to be busy.
ALTER TABLE organization ADD COLUMN busy_reasons TEXT NOT NULL DEFAULT '[]'; -- JSON array

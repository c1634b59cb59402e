-- By which agents may be seen: the organisation's numbers, and an agent's own in their place.
ALTER TABLE organization ADD COLUMN caller_ids TEXT NOT NULL DEFAULT '[]'; -- JSON array
ALTER TABLE agent ADD COLUMN caller_ids TEXT NOT NULL DEFAULT '[]'; -- JSON array

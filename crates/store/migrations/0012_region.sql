-- The country whose telephone numbers need no `+`, by its two letters.
ALTER TABLE organization ADD COLUMN region TEXT;

-- Browser and system that a session was opened in, for the agent to tell one from the other.
ALTER TABLE session ADD COLUMN client TEXT;

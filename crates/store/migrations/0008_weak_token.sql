-- Of an SSO token that somebody else made and that could be guessed: a PHC string in place of the HMAC.
ALTER TABLE agent ADD COLUMN token_hash TEXT;
CREATE INDEX agent_weak_token ON agent (organization) WHERE token_hash IS NOT NULL;

-- The organisation's PBX.
ALTER TABLE organization ADD COLUMN sip_websocket TEXT;
ALTER TABLE organization ADD COLUMN sip_domain TEXT;
ALTER TABLE organization ADD COLUMN sip_secret BLOB; -- sealed
ALTER TABLE organization ADD COLUMN ice_servers TEXT NOT NULL DEFAULT '[]'; -- JSON array
ALTER TABLE organization ADD COLUMN turn_secret BLOB; -- sealed
ALTER TABLE organization ADD COLUMN voicemail TEXT;

-- The agent's place on it.
ALTER TABLE agent ADD COLUMN extension TEXT;
ALTER TABLE agent ADD COLUMN sip_password BLOB; -- sealed
CREATE UNIQUE INDEX agent_extension ON agent (organization, extension);

-- When either was changed last, for the phones that have to hear of it.
ALTER TABLE organization ADD COLUMN calling_changed_at INTEGER;
ALTER TABLE agent ADD COLUMN calling_changed_at INTEGER;
CREATE INDEX agent_calling_changed ON agent (calling_changed_at) WHERE calling_changed_at IS NOT NULL;

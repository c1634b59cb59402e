-- When the phone of an agent who may not work any longer stops.
ALTER TABLE organization ADD COLUMN deactivation TEXT NOT NULL DEFAULT 'at_hang_up'; -- or 'now'

-- The language of the agent's Salesforce user, as Salesforce said it last.
ALTER TABLE agent ADD COLUMN language TEXT;

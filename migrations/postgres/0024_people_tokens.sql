-- Whose a token is, if it was made for somebody: it ends with a new password, another role, or when they are kept out.
ALTER TABLE api_token ADD COLUMN person_id BIGINT REFERENCES person (id) ON DELETE CASCADE;
CREATE INDEX api_token_person ON api_token (person_id) WHERE person_id IS NOT NULL;

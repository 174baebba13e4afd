-- Subscribers in the console: what a search needs, acts on many at once, uploads of lists, and who is told of whom.

-- The name as it is searched: lower case, without accents (`subscribers/fold.rs`, which writes it from now on).
ALTER TABLE subscriber ADD COLUMN name_key TEXT COLLATE "C";
-- As on SQLite, so that both answer alike: letter by letter, where there is one beyond ASCII.
UPDATE subscriber SET name_key = CASE WHEN name ~ '[^ -~]' THEN
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace( replace(
    replace( replace( replace( replace( replace( replace( replace( replace(lower(trim(name)), 'À', 'a'), 'Á', 'a'), 'Â', 'a'),
    'Ã', 'a'), 'Ä', 'a'), 'Å', 'a'), 'Æ', 'ae'), 'Ç', 'c'), 'È', 'e'), 'É', 'e'), 'Ê', 'e'), 'Ë', 'e'), 'Ì', 'i'), 'Í', 'i'),
    'Î', 'i'), 'Ï', 'i'), 'Ð', 'd'), 'Ñ', 'n'), 'Ò', 'o'), 'Ó', 'o'), 'Ô', 'o'), 'Õ', 'o'), 'Ö', 'o'), 'Ø', 'o'), 'Ù', 'u'),
    'Ú', 'u'), 'Û', 'u'), 'Ü', 'u'), 'Ý', 'y'), 'Þ', 'th'), 'ß', 'ss'), 'à', 'a'), 'á', 'a'), 'â', 'a'), 'ã', 'a'), 'ä', 'a'),
    'å', 'a'), 'æ', 'ae'), 'ç', 'c'), 'è', 'e'), 'é', 'e'), 'ê', 'e'), 'ë', 'e'), 'ì', 'i'), 'í', 'i'), 'î', 'i'), 'ï', 'i'),
    'ð', 'd'), 'ñ', 'n'), 'ò', 'o'), 'ó', 'o'), 'ô', 'o'), 'õ', 'o'), 'ö', 'o'), 'ø', 'o'), 'ù', 'u'), 'ú', 'u'), 'û', 'u'),
    'ü', 'u'), 'ý', 'y'), 'þ', 'th'), 'ÿ', 'y'), 'Ā', 'a'), 'ā', 'a'), 'Ă', 'a'), 'ă', 'a'), 'Ą', 'a'), 'ą', 'a'), 'Ć', 'c'),
    'ć', 'c'), 'Ĉ', 'c'), 'ĉ', 'c'), 'Ċ', 'c'), 'ċ', 'c'), 'Č', 'c'), 'č', 'c'), 'Ď', 'd'), 'ď', 'd'), 'Đ', 'd'), 'đ', 'd'),
    'Ē', 'e'), 'ē', 'e'), 'Ĕ', 'e'), 'ĕ', 'e'), 'Ė', 'e'), 'ė', 'e'), 'Ę', 'e'), 'ę', 'e'), 'Ě', 'e'), 'ě', 'e'), 'Ĝ', 'g'),
    'ĝ', 'g'), 'Ğ', 'g'), 'ğ', 'g'), 'Ġ', 'g'), 'ġ', 'g'), 'Ģ', 'g'), 'ģ', 'g'), 'Ĥ', 'h'), 'ĥ', 'h'), 'Ħ', 'h'), 'ħ', 'h'),
    'Ĩ', 'i'), 'ĩ', 'i'), 'Ī', 'i'), 'ī', 'i'), 'Ĭ', 'i'), 'ĭ', 'i'), 'Į', 'i'), 'į', 'i'), 'İ', 'i'), 'ı', 'i'), 'Ĳ', 'ij'),
    'ĳ', 'ij'), 'Ĵ', 'j'), 'ĵ', 'j'), 'Ķ', 'k'), 'ķ', 'k'), 'Ĺ', 'l'), 'ĺ', 'l'), 'Ļ', 'l'), 'ļ', 'l'), 'Ľ', 'l'), 'ľ', 'l'),
    'Ł', 'l'), 'ł', 'l'), 'Ń', 'n'), 'ń', 'n'), 'Ņ', 'n'), 'ņ', 'n'), 'Ň', 'n'), 'ň', 'n'), 'Ŋ', 'n'), 'ŋ', 'n'), 'Ō', 'o'),
    'ō', 'o'), 'Ŏ', 'o'), 'ŏ', 'o'), 'Ő', 'o'), 'ő', 'o'), 'Œ', 'oe'), 'œ', 'oe'), 'Ŕ', 'r'), 'ŕ', 'r'), 'Ŗ', 'r'), 'ŗ', 'r'),
    'Ř', 'r'), 'ř', 'r'), 'Ś', 's'), 'ś', 's'), 'Ŝ', 's'), 'ŝ', 's'), 'Ş', 's'), 'ş', 's'), 'Š', 's'), 'š', 's'), 'Ţ', 't'),
    'ţ', 't'), 'Ť', 't'), 'ť', 't'), 'Ŧ', 't'), 'ŧ', 't'), 'Ũ', 'u'), 'ũ', 'u'), 'Ū', 'u'), 'ū', 'u'), 'Ŭ', 'u'), 'ŭ', 'u'),
    'Ů', 'u'), 'ů', 'u'), 'Ű', 'u'), 'ű', 'u'), 'Ų', 'u'), 'ų', 'u'), 'Ŵ', 'w'), 'ŵ', 'w'), 'Ŷ', 'y'), 'ŷ', 'y'), 'Ÿ', 'y'),
    'Ź', 'z'), 'ź', 'z'), 'Ż', 'z'), 'ż', 'z'), 'Ž', 'z'), 'ž', 'z'), 'ſ', 's'), 'Ș', 's'), 'ș', 's'), 'Ț', 't'), 'ț', 't')
ELSE lower(trim(name)) END
WHERE trim(name) <> '';

-- A search by how an address begins is a range of bytes, which only this collation's order answers. The keys are ASCII. The
-- index of the addresses is made anew, the table is not.
ALTER TABLE subscriber ALTER COLUMN email_key TYPE TEXT COLLATE "C";

CREATE INDEX subscriber_name ON subscriber (newsletter_id, name_key, id) WHERE name_key IS NOT NULL;

-- Everything after the @ of the address key.
ALTER TABLE subscriber ADD COLUMN domain TEXT COLLATE "C" GENERATED ALWAYS AS (split_part(email_key, '@', 2)) STORED;
CREATE INDEX subscriber_domain ON subscriber (newsletter_id, domain, id);

-- An act on many people at once. `act`: unsubscribe, rhythm (`to_id`: the schedule), resend, erase. `state`: planned, done, undoing,
-- undone. Whom it is about stands in its pieces, by id alone.
CREATE TABLE bulk_act (
    id            BIGINT  GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    act           TEXT    NOT NULL,
    to_id         BIGINT  NOT NULL DEFAULT 0,
    state         TEXT    NOT NULL DEFAULT 'planned',
    person_id     BIGINT  NOT NULL,
    total         BIGINT  NOT NULL,
    changed       BIGINT  NOT NULL DEFAULT 0,
    created_at    BIGINT  NOT NULL,
    done_at       BIGINT
);
CREATE INDEX bulk_act_open ON bulk_act (id) WHERE state IN ('planned', 'undoing');

-- Up to 500 of its people, JSON: ids while they wait; afterwards those whom it changed, by what they were before. Gone when the
-- act cannot be undone any more.
CREATE TABLE bulk_piece (
    act_id BIGINT  NOT NULL REFERENCES bulk_act (id) ON DELETE CASCADE,
    number BIGINT  NOT NULL,
    done   BOOLEAN NOT NULL DEFAULT FALSE,
    at     BIGINT  NOT NULL DEFAULT 0,
    people TEXT    NOT NULL,
    PRIMARY KEY (act_id, number)
);

-- A list that an editor sent to be imported, until it is, or for a day. `said`: the editor's hints, JSON; `report`: what a dry run
-- found, later what the import did, JSON. `state`: looked, running, done, failed.
CREATE TABLE import_upload (
    id            BIGINT  GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    newsletter_id BIGINT  NOT NULL REFERENCES newsletter (id) ON DELETE CASCADE,
    person_id     BIGINT  NOT NULL,
    name          TEXT    NOT NULL,
    content       BYTEA   NOT NULL,
    said          TEXT    NOT NULL DEFAULT '{}',
    report        TEXT    NOT NULL DEFAULT '{}',
    state         TEXT    NOT NULL DEFAULT 'looked',
    stored        BIGINT  NOT NULL DEFAULT 0,
    touched_at    BIGINT  NOT NULL,
    created_at    BIGINT  NOT NULL
);

-- A newsletter whose editors are told of each new subscriber: the last event they know of, and when they were told last.
CREATE TABLE subscriber_notice (
    newsletter_id BIGINT NOT NULL PRIMARY KEY REFERENCES newsletter (id) ON DELETE CASCADE,
    event_id      BIGINT NOT NULL,
    told_at       BIGINT NOT NULL DEFAULT 0
);

-- An address that somebody is to be written to from when they have confirmed it; the link in the letter of `asked_at` does.
CREATE TABLE address_change (
    subscriber_id BIGINT NOT NULL PRIMARY KEY REFERENCES subscriber (id) ON DELETE CASCADE,
    email         TEXT   NOT NULL,
    email_key     TEXT   NOT NULL,
    asked_at      BIGINT NOT NULL
);

-- An editor may say of a digest that the addresses which the mail server does not know are dead: 1.
ALTER TABLE digest ADD COLUMN bounces_accepted BIGINT NOT NULL DEFAULT 0;

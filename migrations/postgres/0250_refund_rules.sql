-- locks against readers: tenant
-- From which sum on a refund needs a second person, another than the one who asks. Null: never.

ALTER TABLE tenant ADD COLUMN refund_approval_from_cents int8 CHECK (refund_approval_from_cents > 0);

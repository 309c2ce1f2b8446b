-- Tickets that wait at this totem for their payment, and what is printed of one. Only this device needs them.

-- From its creation until it is paid or given up. `touched_at`: when its customer was last seen to do something about it.
CREATE TABLE ticket_to_pay (
  tenant_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  touched_at TEXT NOT NULL,
  -- The language in which the customer asked: of the paper that comes with the payment.
  locale TEXT NOT NULL,
  PRIMARY KEY (tenant_id, ticket_id)
) STRICT, WITHOUT ROWID;

-- What a terminal said is to be printed, line by line, as it said it. Card numbers are out of it before it comes here.
CREATE TABLE payment_receipt (
  tenant_id TEXT NOT NULL,
  payment_session_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  customer TEXT NOT NULL CHECK (json_valid(customer)),
  merchant TEXT NOT NULL CHECK (json_valid(merchant)),
  -- Which of the two the terminal wants on paper.
  copies TEXT NOT NULL CHECK (copies IN ('customer', 'merchant', 'both')),
  PRIMARY KEY (tenant_id, payment_session_id)
) STRICT, WITHOUT ROWID;

-- The payment that a paper speaks of; none for what costs nothing or is paid later.
ALTER TABLE print_paper ADD COLUMN payment_session_id TEXT;

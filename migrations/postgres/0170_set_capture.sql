-- locks against readers: ticket, call, operator_session
-- A batch of the ledger writes its rows and its changes set by set, one statement for each table, under the tenant's lock that
-- it has anyway. For the time of such a statement the row-by-row capture stands aside: the condition of a constraint trigger
-- is looked at when the row is written, so nothing is queued. The setting lives in the transaction and no longer.

DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['ticket', 'call', 'operator_session'] LOOP
    EXECUTE format('DROP TRIGGER capture ON %I', v_table);
    EXECUTE format(
      'CREATE CONSTRAINT TRIGGER capture AFTER INSERT OR UPDATE OR DELETE ON %I DEFERRABLE INITIALLY DEFERRED '
      'FOR EACH ROW WHEN (current_setting(''app.captured'', true) IS DISTINCT FROM ''on'') EXECUTE FUNCTION %I()',
      v_table, 'capture_' || v_table);
  END LOOP;
END
$$;

-- Every case that was filled in nine times more, under other references: `TM-0000-XXXX-C` becomes `TM-YYYY-XXXX-C`,
-- where YYYY is a multiple of 37, so that the check digit stays right. The facts are the same, and
-- so is everything that is derived from them.
\set ON_ERROR_STOP on

CREATE FUNCTION pg_temp.half(copy BIGINT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
  SELECT 'TM-' || string_agg(
    substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((copy * 37 >> (5 * place)) & 31)::int + 1, 1),
    '' ORDER BY place DESC) || '-'
  FROM generate_series(0, 3) AS place
$$;

BEGIN;
CREATE TEMP TABLE half AS
  SELECT copy, pg_temp.half(copy) AS new, (SELECT MAX(position) FROM announcement) * copy AS further
  FROM generate_series(1, 9) AS copy;
ANALYZE half;

INSERT INTO action (case_id, version, id, body)
  SELECT replace(case_id, 'TM-0000-', new), version, id, replace(body, 'TM-0000-', new)
  FROM half, action WHERE case_id LIKE 'TM-0000-%';
INSERT INTO summary (case_id, version, wake, body)
  SELECT replace(case_id, 'TM-0000-', new), version, wake, replace(body, 'TM-0000-', new)
  FROM half, summary WHERE case_id LIKE 'TM-0000-%';
INSERT INTO queue (owner, due, case_id, procedure, status, applicant, place)
  SELECT owner, due, replace(case_id, 'TM-0000-', new), procedure, status, applicant, place
  FROM half, queue WHERE case_id LIKE 'TM-0000-%';
INSERT INTO shared_key (key, case_id)
  SELECT key, replace(case_id, 'TM-0000-', new) FROM half, shared_key WHERE case_id LIKE 'TM-0000-%';
INSERT INTO announcement (position, case_id, version, kind, body)
  SELECT position + further, replace(case_id, 'TM-0000-', new), version, kind,
    replace(body, 'TM-0000-', new)
  FROM half, announcement WHERE case_id LIKE 'TM-0000-%';
UPDATE counter SET value = (SELECT MAX(position) FROM announcement) WHERE name = 'position';
COMMIT;

-- How the statements behind queues are done; what crates/store/src writes, with values.
\pset pager off
\set department 'foreign-expert-authority'
\echo '-- how many cases, actions and announcements, and how large everything is'
SELECT (SELECT COUNT(*) FROM summary) AS cases, (SELECT COUNT(*) FROM action) AS actions,
  (SELECT COUNT(*) FROM queue WHERE owner = :'department') AS waits_for_department,
  (SELECT COUNT(*) FROM queue WHERE owner = 'exit-entry') AS waits_for_other,
  pg_size_pretty(pg_database_size(current_database())) AS size;
SELECT due, case_id FROM queue WHERE owner = :'department' ORDER BY due, case_id
  OFFSET 40000 LIMIT 1 \gset deep_
\echo '-- a first page'
EXPLAIN (ANALYZE, BUFFERS) SELECT s.body FROM queue q JOIN summary s ON s.case_id = q.case_id
  WHERE q.owner = :'department' ORDER BY q.due, q.case_id LIMIT 51;
\echo '-- a deep page'
EXPLAIN (ANALYZE, BUFFERS) SELECT s.body FROM queue q JOIN summary s ON s.case_id = q.case_id
  WHERE q.owner = :'department' AND (q.due, q.case_id) > (:'deep_due', :'deep_case_id')
  ORDER BY q.due, q.case_id LIMIT 51;
\echo '-- a procedure, a status and a place together'
EXPLAIN (ANALYZE, BUFFERS) SELECT s.body FROM queue q JOIN summary s ON s.case_id = q.case_id
  WHERE q.owner = :'department' AND q.procedure = 'cn/work-permit-change'
    AND q.status = 'submitted' AND q.place = '330100' ORDER BY q.due, q.case_id LIMIT 51;
\echo '-- what has nothing: a status that no case of the department has'
EXPLAIN (ANALYZE, BUFFERS) SELECT s.body FROM queue q JOIN summary s ON s.case_id = q.case_id
  WHERE q.owner = :'department' AND q.status = 'closed' AND q.place = '330100'
  ORDER BY q.due, q.case_id LIMIT 51;
\echo '-- the cases in which the time does something'
EXPLAIN (ANALYZE, BUFFERS) SELECT case_id FROM summary
  WHERE wake IS NOT NULL AND wake <= (extract(epoch FROM now()) * 1000000)::bigint
  ORDER BY wake, case_id LIMIT 200;
\echo '-- cases that may be the same'
EXPLAIN (ANALYZE, BUFFERS) SELECT key, case_id FROM shared_key
  WHERE key = (SELECT MAX(key) FROM shared_key) ORDER BY case_id;
\echo '-- the feed of events, from its middle'
EXPLAIN (ANALYZE, BUFFERS) SELECT position, body FROM announcement
  WHERE position > (SELECT value / 2 FROM counter WHERE name = 'position') ORDER BY position LIMIT 50;
\echo '-- announcements without a position'
EXPLAIN (ANALYZE, BUFFERS) SELECT arrival FROM announcement WHERE position IS NULL LIMIT 1;

-- The log of every case. Rows are only ever added.
CREATE TABLE action (
  case_id {text} NOT NULL,
  version BIGINT NOT NULL,
  id {text} NOT NULL,
  body {text} NOT NULL,
  PRIMARY KEY (case_id, version),
  UNIQUE (case_id, id)
);

-- What is derived from the log: a line for each case.
CREATE TABLE summary (
  case_id {text} NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  wake BIGINT,
  body {text} NOT NULL
);
CREATE INDEX summary_wake ON summary (wake, case_id) WHERE wake IS NOT NULL;

-- A row for everybody whose move it is, and one for the owner '*'. Each index gives a page of a
-- queue without reading more than the page.
CREATE TABLE queue (
  owner {text} NOT NULL,
  due BIGINT NOT NULL,
  case_id {text} NOT NULL,
  procedure {text} NOT NULL,
  status {text} NOT NULL,
  applicant {text} NOT NULL,
  place {text},
  PRIMARY KEY (case_id, owner)
);
CREATE INDEX queue_owner ON queue (owner, due, case_id);
CREATE INDEX queue_procedure ON queue (owner, procedure, due, case_id);
CREATE INDEX queue_status ON queue (owner, status, due, case_id);
CREATE INDEX queue_applicant ON queue (owner, applicant, due, case_id);
CREATE INDEX queue_place ON queue (owner, place, due, case_id);

-- What is the same in cases that may be the same.
CREATE TABLE shared_key (
  key {text} NOT NULL,
  case_id {text} NOT NULL,
  PRIMARY KEY (key, case_id)
);
CREATE INDEX shared_key_case ON shared_key (case_id);

-- What is told of cases. An announcement is written with its action, and gets its position when
-- it is there for all to see: positions have no gaps, and nobody who has read one of them can
-- find an earlier one later.
CREATE TABLE announcement (
  arrival {identity},
  position BIGINT UNIQUE,
  case_id {text} NOT NULL,
  version BIGINT NOT NULL,
  kind {text} NOT NULL,
  body {text} NOT NULL,
  UNIQUE (case_id, version)
);
CREATE INDEX announcement_new ON announcement (arrival) WHERE position IS NULL;

CREATE TABLE subscription (
  id {text} NOT NULL PRIMARY KEY,
  kinds {text} NOT NULL,
  active BIGINT NOT NULL,
  body {text} NOT NULL
);

CREATE TABLE delivery (
  subscription_id {text} NOT NULL REFERENCES subscription (id),
  position BIGINT NOT NULL REFERENCES announcement (position),
  state {text} NOT NULL,
  due BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  fault {text},
  PRIMARY KEY (subscription_id, position)
);
CREATE INDEX delivery_due ON delivery (due, position) WHERE state = 'waiting';

-- Who may ask. The secret itself is kept nowhere.
CREATE TABLE token (
  id {text} NOT NULL PRIMARY KEY,
  digest {text} NOT NULL UNIQUE,
  expires BIGINT NOT NULL,
  revoked BIGINT,
  body {text} NOT NULL
);

-- What is known of documents; their bytes are elsewhere.
CREATE TABLE document (
  case_id {text} NOT NULL,
  id {text} NOT NULL,
  digest {text} NOT NULL,
  scan {text} NOT NULL,
  body {text} NOT NULL,
  PRIMARY KEY (case_id, id)
);
CREATE INDEX document_digest ON document (digest, case_id);

-- Keys that the program makes for itself and must find again.
CREATE TABLE secret (
  name {text} NOT NULL PRIMARY KEY,
  value {text} NOT NULL
);

-- Counters, each a row that whoever counts on holds.
CREATE TABLE counter (
  name {text} NOT NULL PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('position', 0);

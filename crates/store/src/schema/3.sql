-- What the derived tables were last worked out with: when procedures or calendars change, they are
-- worked out anew.
CREATE TABLE derivation (
  name {text} NOT NULL PRIMARY KEY,
  value {text} NOT NULL
);

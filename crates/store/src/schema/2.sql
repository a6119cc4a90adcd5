-- What is due is looked for by subscription, so that none stands before another one.
DROP INDEX delivery_due;
CREATE INDEX delivery_of ON delivery (subscription_id, due, position) WHERE state = 'waiting';

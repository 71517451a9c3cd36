-- A day's times lie in the order of who did what, so their differences say nothing: packed to the bits that a block
-- needs they take a fifth less room and are read twice as fast (docs/decisions/0027).
ALTER TABLE events @ON_CLUSTER@ MODIFY COLUMN time DateTime64(3, 'UTC') CODEC(T64, LZ4);

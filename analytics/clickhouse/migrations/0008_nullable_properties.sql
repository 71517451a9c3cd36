-- Values of the property maps may be NULL, so that the subcolumn of one key (`strings.key_plan`) is NULL where the key is missing.
-- Then one key is read from its bucket alone; whether it is there needs no look at all keys. docs/decisions/0026.

ALTER TABLE events @ON_CLUSTER@
    MODIFY COLUMN strings Map(String, Nullable(String)),
    MODIFY COLUMN numbers Map(String, Nullable(Float64)),
    MODIFY COLUMN digits Map(String, Nullable(String)),
    MODIFY COLUMN booleans Map(String, Nullable(Bool)),
    MODIFY COLUMN nested Map(String, Nullable(String));

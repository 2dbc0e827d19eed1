CREATE TABLE jobs (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key         text NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 255), -- idempotency key
    body        bytea NOT NULL CHECK (octet_length(body) <= 1048576),
    header      jsonb NOT NULL DEFAULT '{}', -- the producer's trace context
    attempt     integer NOT NULL DEFAULT 0, -- deliveries so far
    enqueued_at timestamptz NOT NULL DEFAULT now(),
    run_at      timestamptz NOT NULL DEFAULT now(), -- when it can be claimed; while it is, the end of the lease
    dead_at     timestamptz,                        -- put aside
    last_error  text
);

-- For the claim, which the dead do not slow down.
CREATE INDEX jobs_due ON jobs (run_at) WHERE dead_at IS NULL;

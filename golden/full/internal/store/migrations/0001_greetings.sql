CREATE TABLE greetings (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name            text NOT NULL,
    message         text NOT NULL,
    caller          text NOT NULL, -- SPIFFE ID of who asked
    idempotency_key text,          -- of the caller's choice; none is unlike any other
    composed_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (caller, idempotency_key)
);

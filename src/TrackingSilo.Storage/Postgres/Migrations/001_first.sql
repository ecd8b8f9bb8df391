-- The lease keeps its form in every later version: it is read before a store is brought up to date.
CREATE TABLE lease (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    holder text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    process_scope text NOT NULL, -- where the pid means something
    process_start bigint NOT NULL, -- tells the process from a later one with its pid
    token text NOT NULL,
    taken_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE runs (
    run bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    holder text NOT NULL,
    host text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE logs (
    generation integer PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE TABLE log_partitions (
    id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, -- actors remember it: never given twice
    generation integer NOT NULL REFERENCES logs (generation),
    topic text NOT NULL,
    partition integer NOT NULL,
    durable_offset bigint NOT NULL DEFAULT -1,
    UNIQUE (generation, topic, partition)
);

-- Keys compare byte by byte: the same order in every database, and no locale's rules on the way.
CREATE TABLE actors (
    kind smallint NOT NULL,
    key text COLLATE "C" NOT NULL,
    next_due_at bigint, -- Unix milliseconds of the domain's clock
    state bytea NOT NULL,
    cold bytea, -- kept out of line when large, and not written again when a row keeps it
    PRIMARY KEY (kind, key)
) WITH (fillfactor = 70); -- every checkpoint updates rows: room to do so within their page

CREATE INDEX actors_due ON actors (next_due_at, kind, key) WHERE next_due_at IS NOT NULL;

CREATE TABLE documents (
    name text PRIMARY KEY,
    content bytea NOT NULL
);

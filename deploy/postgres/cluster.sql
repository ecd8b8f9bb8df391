-- What a cluster keeps in its database: who is in it, the states of its grains, and the keys that protect tracking links. Written for the contract of Orleans' AdoNet providers: the names of
-- the queries, of their parameters and of the columns that they answer are Orleans', all else is ours. May be applied again at any time; every silo does so when it starts, and so may a job.

CREATE TABLE IF NOT EXISTS cluster_versions (
    cluster_id varchar(150) PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()
);

-- One row for each silo process that ever joined; Orleans clears away old ones.
CREATE TABLE IF NOT EXISTS cluster_members (
    cluster_id varchar(150) NOT NULL REFERENCES cluster_versions (cluster_id),
    address varchar(45) NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name varchar(150) NOT NULL,
    host_name varchar(150) NOT NULL,
    status integer NOT NULL,
    proxy_port integer,
    suspect_times text,
    started_at timestamptz NOT NULL,
    alive_at timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);

-- Every shipment, every vehicle, and the log book. The state's first eight bytes say when the actor wants to be woken (Unix milliseconds, the greatest number: never): the column
-- due_at repeats them, so that sleepers are found by an index and the two can never disagree.
CREATE TABLE IF NOT EXISTS grains (
    service_id varchar(150) NOT NULL,
    kind varchar(64) COLLATE "C" NOT NULL,
    key varchar(512) COLLATE "C" NOT NULL,
    version integer NOT NULL,
    due_at bigint,
    state bytea NOT NULL,
    PRIMARY KEY (service_id, kind, key)
) WITH (fillfactor = 70); -- every flush updates rows: room to do so within their page

CREATE INDEX IF NOT EXISTS grains_due ON grains (service_id, due_at, kind, key) WHERE due_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS data_protection_keys (
    name text PRIMARY KEY,
    xml text NOT NULL
);

-- What is no grain's: fences that came through the API.
CREATE TABLE IF NOT EXISTS cluster_documents (
    cluster_id varchar(150) NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (cluster_id, name)
);

CREATE OR REPLACE FUNCTION grain_due_at(state bytea) RETURNS bigint IMMUTABLE LANGUAGE sql
    AS $$ SELECT nullif(('x' || encode(substring(state FROM 1 FOR 8), 'hex'))::bit(64)::bigint, 9223372036854775807) $$;

-- Where Orleans looks for what to ask.
CREATE TABLE IF NOT EXISTS orleansquery (
    querykey varchar(64) PRIMARY KEY,
    querytext varchar(8000) NOT NULL
);

INSERT INTO orleansquery (querykey, querytext) VALUES

-- Membership

('InsertMembershipVersionKey', '
    WITH created AS (INSERT INTO cluster_versions (cluster_id) VALUES (@DeploymentId) ON CONFLICT (cluster_id) DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM created'),

-- Both rows or none, and none where another silo was faster: its version is then a later one.
('InsertMembershipKey', '
    WITH turned AS (
        UPDATE cluster_versions SET version = version + 1, changed_at = now()
        WHERE cluster_id = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT 1 FROM cluster_members m WHERE m.cluster_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING cluster_id),
    added AS (
        INSERT INTO cluster_members (cluster_id, address, port, generation, silo_name, host_name, status, proxy_port, started_at, alive_at)
        SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM turned
        RETURNING 1)
    SELECT count(*)::integer FROM added'),

('UpdateMembershipKey', '
    WITH turned AS (
        UPDATE cluster_versions SET version = version + 1, changed_at = now()
        WHERE cluster_id = @DeploymentId AND version = @Version AND EXISTS (
            SELECT 1 FROM cluster_members m WHERE m.cluster_id = @DeploymentId AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
        RETURNING cluster_id),
    changed AS (
        UPDATE cluster_members m SET status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
        FROM turned WHERE m.cluster_id = turned.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        RETURNING 1)
    SELECT count(*)::integer FROM changed'),

('UpdateIAmAlivetimeKey', '
    UPDATE cluster_members SET alive_at = @IAmAliveTime
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),

-- The version comes also where there is no member.
('MembershipReadRowKey', '
    SELECT v.cluster_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status,
        m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes, m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
    FROM cluster_versions v
    LEFT JOIN cluster_members m ON m.cluster_id = v.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.cluster_id = @DeploymentId'),

('MembershipReadAllKey', '
    SELECT v.cluster_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status,
        m.proxy_port AS ProxyPort, m.suspect_times AS SuspectTimes, m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
    FROM cluster_versions v LEFT JOIN cluster_members m USING (cluster_id)
    WHERE v.cluster_id = @DeploymentId'),

('GatewaysQueryKey', '
    SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation FROM cluster_members
    WHERE cluster_id = @DeploymentId AND status = @Status AND proxy_port > 0'),

('DeleteMembershipTableEntriesKey', '
    WITH gone AS (DELETE FROM cluster_members WHERE cluster_id = @DeploymentId)
    DELETE FROM cluster_versions WHERE cluster_id = @DeploymentId'),

-- Status 3 is that of an active silo.
('CleanupDefunctSiloEntriesKey', '
    DELETE FROM cluster_members WHERE cluster_id = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3'),

-- Grain states. No row in the answer says that another activation was faster.

('ReadFromStorageKey', '
    SELECT state AS PayloadBinary, version AS Version FROM grains
    WHERE service_id = @ServiceId AND kind = @GrainTypeString AND key = @GrainIdExtensionString'),

('WriteToStorageKey', '
    WITH changed AS (
        UPDATE grains SET state = @PayloadBinary, due_at = grain_due_at(@PayloadBinary), version = version + 1
        WHERE service_id = @ServiceId AND kind = @GrainTypeString AND key = @GrainIdExtensionString AND version = @GrainStateVersion::integer
        RETURNING version),
    created AS (
        INSERT INTO grains (service_id, kind, key, version, due_at, state)
        SELECT @ServiceId, @GrainTypeString, @GrainIdExtensionString, 1, grain_due_at(@PayloadBinary), @PayloadBinary WHERE @GrainStateVersion::integer IS NULL
        ON CONFLICT DO NOTHING
        RETURNING version)
    SELECT version AS NewGrainStateVersion FROM changed UNION ALL SELECT version FROM created'),

-- A finished shipment leaves no row: both ways to clear a state delete it.
('ClearStorageKey', '
    DELETE FROM grains
    WHERE service_id = @ServiceId AND kind = @GrainTypeString AND key = @GrainIdExtensionString AND version = @GrainStateVersion::integer
    RETURNING version + 1 AS NewGrainStateVersion'),

('DeleteStorageKey', '
    DELETE FROM grains
    WHERE service_id = @ServiceId AND kind = @GrainTypeString AND key = @GrainIdExtensionString AND version = @GrainStateVersion::integer
    RETURNING version + 1 AS NewGrainStateVersion')

ON CONFLICT (querykey) DO UPDATE SET querytext = excluded.querytext;

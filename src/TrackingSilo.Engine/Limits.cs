namespace TrackingSilo.Engine;

/// <summary>Every bound of the system, each with the reason for its number. Where two belong together, the relation is checked when this compiles.</summary>
public static class Limits
{
    /// <summary>A message of any topic but manifests. Scans and positions are a few hundred bytes; 64 KiB leaves room for long texts and stays far below a broker's 1 MiB.</summary>
    public const int MessageMaxBytes = 64 * 1024;

    /// <summary>A manifest: 500 stops of 1.8 KB; below a broker's default of 1 MiB with headers.</summary>
    public const int ManifestMaxBytes = 900 * 1024;

    /// <summary>Stops in a manifest. The longest courier tours have about 200; a bus pattern 100.</summary>
    public const int ManifestStopsMax = 500;

    /// <summary>Shipments at one stop: a business address or a locker bank.</summary>
    public const int StopShipmentsMax = 200;

    /// <summary>Any text of a message that is shown or kept.</summary>
    public const int TextMaxCharacters = 500;

    /// <summary>Ids of events, stops and commands: a UUID with a prefix, a hash, a file name; not a document.</summary>
    public const int IdMaxCharacters = 128;

    /// <summary>What a recipient adds to an instruction in their own words.</summary>
    public const int NoteMaxCharacters = 200;

    /// <summary>Objects and arrays inside each other in a message: the wire has four levels, unknown properties may bring more.</summary>
    public const int JsonDepthMax = 16;

    /// <summary>How much later than its record's time a scan may claim to have happened: wrong time zones, not wrong years.</summary>
    public static readonly TimeSpan FutureTolerance = TimeSpan.FromHours(24);

    /// <summary>Vehicle names that decoding remembers, so that a known vehicle costs no new text: a large carrier's fleet, some 30 MB.</summary>
    public const int VehicleNamesMax = 200_000;

    /// <summary>Contacts of one recipient.</summary>
    public const int ContactsMax = 8;

    /// <summary>Reports that a consumer hands over at once: enough to amortise a wake-up, few enough to stay in the cache.</summary>
    public const int BatchMaxReports = 2_000;

    /// <summary>Bytes of messages in one batch: some 80 of the longest scans or four manifests; what waits in memory stays small when messages are large.</summary>
    public const int BatchMaxBytes = 4 * 1024 * 1024;

    /// <summary>Reports of one partition that wait in catch-up because others are behind: some minutes of a busy partition, 3 MB of memory.</summary>
    public const int CatchUpBufferReports = 20_000;

    /// <summary>The same in bytes of messages.</summary>
    public const int CatchUpBufferBytes = 8 * 1024 * 1024;

    internal const int ABatchFitsTheCatchUpBuffer = checked((int)(uint)(CatchUpBufferReports - BatchMaxReports) + (int)(uint)(CatchUpBufferBytes - BatchMaxBytes));

    /// <summary>Messages that the Kafka client may hold ready for one topic: before librdkafka 2.2 a full queue costs a second's wait, so it must never fill in steady state.</summary>
    public const int PrefetchMessages = 500_000;

    /// <summary>The same in kilobytes, 256 MB: what a topic with large messages may take.</summary>
    public const int PrefetchKilobytes = 256 * 1024;

    /// <summary>A consumer that waits for the engine this long stops fetching; before that, not polling is back-pressure enough, and costs no prefetched messages.</summary>
    public static readonly TimeSpan HoldBeforePause = TimeSpan.FromSeconds(5);

    /// <summary>A partition whose end was not reached for this long is behind: what is read is then no longer the present, and silence means nothing.</summary>
    public static readonly TimeSpan BehindAfter = TimeSpan.FromSeconds(10);

    /// <summary>A log that has not answered for this long counts as unreadable: longer than a broker's election, shorter than anybody's alarm of silence.</summary>
    public static readonly TimeSpan UnreadableAfter = TimeSpan.FromSeconds(10);

    /// <summary>How long a server that ends waits for brokers to hear of it: a few round trips; the positions are in the store.</summary>
    public static readonly TimeSpan LogCloseWithin = TimeSpan.FromSeconds(5);

    /// <summary>A refused message's original bytes that are kept.</summary>
    public const int RefusedMaxBytes = 64 * 1024;

    /// <summary>Body of one request to the HTTP gateway: a minute of a busy carrier without Kafka; it is held in memory until its lines are in the log.</summary>
    public const int GatewayBodyMaxBytes = 8 * 1024 * 1024;

    /// <summary>Lines of one request: what a body holds of ordinary scans.</summary>
    public const int GatewayLinesMax = 10_000;

    /// <summary>A payload in a carrier's own form: the longest answer seen has 28 KB, and its tree takes ten times its size in memory.</summary>
    public const int CarrierPayloadMaxBytes = 1024 * 1024;

    /// <summary>Levels of such a payload: SOAP in an envelope in an aggregator's event has 12.</summary>
    public const int CarrierPayloadDepthMax = 64;

    /// <summary>Events of such a payload: a hundred shipments with all that ever happened to them.</summary>
    public const int CarrierEventsMax = 5_000;

    /// <summary>Carriers whose delay is counted by name: there are some 1,200 in the world.</summary>
    public const int CarriersCountedMax = 2_000;

    /// <summary>Shipments read from the store at once for a query: a few megabytes.</summary>
    public const int QueryPage = 500;

    /// <summary>Shipments that one search looks at before it answers with what it has and where to go on: a third of a second.</summary>
    public const int SearchShipmentsMax = 5_000;

    /// <summary>Shipments that one search answers.</summary>
    public const int SearchMatchesMax = 200;

    /// <summary>Searches at once: each keeps one processor busy.</summary>
    public const int SearchesAtOnce = 2;

    /// <summary>Carriers' scores are counted again this long after the last count ended: a scorecard is looked at once a day.</summary>
    public static readonly TimeSpan ScorecardInterval = TimeSpan.FromMinutes(1);

    /// <summary>What the count waits after each page, so that it takes a few per cent of a processor at most.</summary>
    public static readonly TimeSpan ScorecardPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Unmapped codes that are counted by name, of all carriers; what goes beyond is counted together.</summary>
    public const int UnrecognisedCodesMax = 1_000;

    /// <summary>Requests that the gateway works on at once; they wait for acknowledgements, not for a processor.</summary>
    public const int GatewayRequestsInFlight = 256;

    /// <summary>Bytes of bodies in flight at once: memory, twice that with the Kafka client's copies.</summary>
    public const int GatewayBytesInFlight = 64 * 1024 * 1024;

    internal const uint AWholeBodyFitsTheGateway = GatewayBytesInFlight - GatewayBodyMaxBytes;

    /// <summary>What the gateway's Kafka client may hold, in kilobytes and in messages (of 40 bytes at least): never less than is in flight.</summary>
    public const int GatewayQueueKilobytes = GatewayBytesInFlight / 1024 * 2;

    /// <inheritdoc cref="GatewayQueueKilobytes"/>
    public const int GatewayQueueMessages = GatewayBytesInFlight / 40;

    /// <summary>How long the gateway waits for the log before it says that it does not know: longer than a broker's election, shorter than a client's patience.</summary>
    public static readonly TimeSpan GatewayLogTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A checkpoint starts this long after the last ended, when shipments have changed: what a crash makes the log repeat.</summary>
    public static readonly TimeSpan CheckpointInterval = TimeSpan.FromSeconds(1);

    /// <summary>The same when only vehicles have changed: their fixes are many, worth little, and in the log.</summary>
    public static readonly TimeSpan VehicleCheckpointInterval = TimeSpan.FromSeconds(10);

    /// <summary>Changed actors that start a checkpoint at once: bounds what one transaction holds (about 10 MB).</summary>
    public const int CheckpointMaxActors = 10_000;

    /// <summary>
    /// Changed actors that wait for their checkpoint before input waits for them: a database may be away for as long as that many change, in some 500 MB. Well above
    /// <see cref="CheckpointMaxActors"/>, so that a slow checkpoint alone does not hold up input.
    /// </summary>
    public const int UnsavedActorsMax = 100_000;

    internal const uint ACheckpointBeginsBeforeInputWaits = UnsavedActorsMax - CheckpointMaxActors;

    /// <summary>How soon a store that does not answer is asked again.</summary>
    public static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    /// <summary>A server's lease on its store: what a crash on another machine makes the next server wait.</summary>
    public static readonly TimeSpan LeaseDuration = TimeSpan.FromSeconds(15);

    /// <summary>Three tries before the lease is lost.</summary>
    public static readonly TimeSpan LeaseRenewal = TimeSpan.FromSeconds(5);

    /// <summary>Actors that are read at a time where all are read, one after the other: some MB.</summary>
    public const int VerifyPage = 1_000;

    /// <summary>Loads from an SQLite store at a time: a connection with its page cache each, and more would only wait for the same disk.</summary>
    public const int StoreReaders = 4;

    /// <summary>An actor with no message for this long leaves memory.</summary>
    public static readonly TimeSpan IdleBeforePassivation = TimeSpan.FromMinutes(10);

    /// <summary>How long one follow keeps a shipment watched; renewed at a third of it.</summary>
    public static readonly TimeSpan WatchLease = TimeSpan.FromSeconds(60);

    /// <summary>How far apart in record time topics are consumed in catch-up, so that positions do not race ahead of their manifests.</summary>
    public static readonly TimeSpan CatchUpSpread = TimeSpan.FromSeconds(5);

    /// <summary>Sleeping actors woken in one sweep: bounds the load after a night's stop.</summary>
    public const int WakeBatch = 500;

    /// <summary>Batches and questions that may wait for one shard: a consumer waits for each of its batches, so more than a few mean many askers.</summary>
    public const int ShardMailboxMax = 256;

    /// <summary>How often a shard looks at its timers and tells watched shipments how far their vehicle is. A page shows no more often.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Outbox entries handed over and not confirmed are handed over again after this long (real time).</summary>
    public static readonly TimeSpan OutboxRetry = TimeSpan.FromMinutes(1);

    /// <summary>How long one try to write an outbox entry may take: over before the engine hands it over again.</summary>
    public static readonly TimeSpan OutboxTry = TimeSpan.FromSeconds(30);

    /// <summary>Shipments whose outbox entries wait to be written: the milestones of a peak's busiest minute, some 10 MB.</summary>
    public const int OutboxQueueMax = 50_000;

    /// <summary>Shipments whose entries are written and confirmed together: enough for full batches of the Kafka client.</summary>
    public const int OutboxBatchMax = 500;

    /// <summary>A fence in a request: 100,000 vertices of 40 bytes.</summary>
    public const int FenceMaxBytes = 4 * 1024 * 1024;

    /// <summary>Fences that came through the API: tens of thousands, as files may have, too.</summary>
    public const int StoredFencesMax = 50_000;

    /// <summary>Fence events that wait to be written, some 40 MB: the busiest hour of a large fleet. Beyond it the topic has been away for long, and what comes is counted as dropped.</summary>
    public const int FenceEventsMax = 100_000;

    /// <summary>Share of one processor that checkpoints may take before they are made rarer.</summary>
    public const double CheckpointCpuShare = 0.15;

    /// <summary>Truths that wait for the learner: a minute of a large fleet; the oldest are dropped, since it learns from samples anyway.</summary>
    public const int LearnerBacklogMax = 65_536;

    /// <summary>How often what was learned is published to the actors.</summary>
    public static readonly TimeSpan LearnerInterval = TimeSpan.FromMinutes(1);

    /// <summary>How often a viewer is written to at most: a person does not see a quarter of a second, and what comes meanwhile is conflated.</summary>
    public static readonly TimeSpan PushTick = TimeSpan.FromMilliseconds(250);

    /// <summary>Open hub connections: at 30 KB each they take 1.5 GB at most.</summary>
    public const int ViewerConnectionsMax = 50_000;

    /// <summary>Shipments that one connection may follow: a page follows one, a merchant's overview or a load test some hundred.</summary>
    public const int FollowsPerConnectionMax = 200;

    /// <summary>What waits unsent for one viewer in the server before its writes stop: a few views. Together with one mark per shipment it is all that a slow viewer costs.</summary>
    public const int ViewerBufferBytes = 16 * 1024;

    /// <summary>A viewer that takes nothing for this long while there is news is cut; its page comes back by itself, on the newest version.</summary>
    public static readonly TimeSpan SlowViewerCut = TimeSpan.FromSeconds(15);

    /// <summary>A message from a viewer: a link and two numbers.</summary>
    public const int ViewerMessageMaxBytes = 4 * 1024;

    /// <summary>Engine calls under way at once to renew leases: enough to hide a grain call's latency, few enough not to crowd out reports.</summary>
    public const int LeaseRenewalsAtOnce = 16;

    /// <summary>How often a fleet page is written to at most: thousands of vehicles in one message, and nobody steers by it.</summary>
    public static readonly TimeSpan FleetTick = TimeSpan.FromSeconds(1);

    /// <summary>Late and silent vehicles that a fleet page is told of wherever it looks: two screens; whoever has more of them has another problem.</summary>
    public const int FleetAttentionMax = 60;

    /// <summary>From here on a vehicle counts as late on the fleet page: less is made up for at a traffic light.</summary>
    public static readonly TimeSpan FleetLateAfter = TimeSpan.FromMinutes(10);

    /// <summary>Vehicles that a search on the fleet page finds.</summary>
    public const int FleetFoundMax = 20;

    /// <summary>Fences that the fleet page draws: more than a map of a city can show apart, some 10 MB with 100 corners each.</summary>
    public const int FleetFencesMax = 5_000;

    /// <summary>Fleet pages open at once: operators' desks, not the public.</summary>
    public const int FleetWatchersMax = 100;

    /// <summary>Vehicles that the fleet page holds: a city's fleet many times over, about 10 MB.</summary>
    public const int FleetVehiclesMax = 50_000;

    /// <summary>A merchant's logo: a telephone with a poor connection loads it before it sees the window.</summary>
    public const int BrandLogoMaxBytes = 64 * 1024;

    /// <summary>A tracking link in a URL: about 200 characters for the longest shipment key, with room for another cipher.</summary>
    public const int LinkMaxCharacters = 512;

    /// <summary>The longest that a tracking link may live: a parcel's weeks, and time to look back at it.</summary>
    public static readonly TimeSpan LinkLifetimeMax = TimeSpan.FromDays(120);

    /// <summary>Links that fail, per address and minute: somebody mistypes or opens old mails, nobody guesses 2^128 at this rate.</summary>
    public const int LinkFailuresPerMinute = 30;

    /// <summary>Instructions per shipment and minute: a person changes their mind, a script does not get to fill the log.</summary>
    public const int InstructionsPerMinute = 6;

    /// <summary>Slots of a limiter, 16 bytes each: with 10,000 busy addresses one in seven shares a slot.</summary>
    public const int LimiterSlots = 65_536;

    /// <summary>How long the answer to an instruction waits for the shipment's verdict: longer than the log and a batch take, shorter than a person's doubt.</summary>
    public static readonly TimeSpan InstructionPatience = TimeSpan.FromSeconds(2);

    /// <summary>How often it asks for that verdict meanwhile.</summary>
    public static readonly TimeSpan InstructionPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>An instruction's request body: a note of 200 characters, escaped.</summary>
    public const int InstructionMaxBytes = 4 * 1024;

    /// <summary>The recipient's own words in an instruction: a line on a driver's device.</summary>
    public const int InstructionNoteMaxCharacters = 200;

    /// <summary>Grain calls under way at once from one consumer's batch, or from the tell post: enough to hide the way to another machine, few enough that a batch does not crowd out pages.</summary>
    public const int GrainCallsAtOnce = 64;

    /// <summary>Grains that save themselves at once: what keeps a database's few dozen connections busy; each has one.</summary>
    public const int GrainWritesAtOnce = 32;

    /// <summary>Share of the time that a silo may spend on saving grains: the flush interval stretches, so that changed grains come at no more than half the rate that the store takes.</summary>
    public const double FlushStoreShare = 0.5;

    /// <summary>Before a grain call that failed is made again: a silo's death is noticed within seconds.</summary>
    public static readonly TimeSpan CallRetry = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a silo's word about its input counts: five words missed.</summary>
    public static readonly TimeSpan SiloReportLease = TimeSpan.FromSeconds(5);

    /// <summary>How long an actor stays on a silo at the least before it follows the reader of its partition: moves cost a load each.</summary>
    public static readonly TimeSpan ResidenceMin = TimeSpan.FromSeconds(30);
}

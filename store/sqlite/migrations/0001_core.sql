-- Texts are BLOBs throughout: what was kept is returned byte for byte, whether
-- it is UTF-8 or not and whatever bytes it holds, and no collation compares it.
-- Times are microseconds since 1970 in UTC; NULL is the zero time. Flags are 0
-- and 1. A body is what a thing has besides its columns.

-- The key that each store is bound to: see the interfaces.
CREATE TABLE bindings (
	store BLOB PRIMARY KEY,
	key   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Where the database lives, and who said so: the last row counts.
CREATE TABLE homes (
	seq   INTEGER PRIMARY KEY AUTOINCREMENT,
	place BLOB NOT NULL,
	who   BLOB NOT NULL,
	why   BLOB NOT NULL,
	at    INTEGER NOT NULL
) STRICT;

CREATE TABLE list_entries (
	seq         INTEGER PRIMARY KEY,
	id          BLOB NOT NULL UNIQUE,
	fingerprint BLOB NOT NULL,
	body        BLOB NOT NULL,
	lifting     BLOB           -- NULL while it stands
) STRICT;
CREATE INDEX list_entries_fingerprint ON list_entries (fingerprint);

CREATE TABLE list_changes (
	cursor INTEGER PRIMARY KEY AUTOINCREMENT, -- one writer: in the order of commits
	entry  INTEGER NOT NULL REFERENCES list_entries (seq),
	lifted INTEGER NOT NULL
) STRICT;

CREATE TABLE chains (
	id           BLOB PRIMARY KEY,
	fingerprint  BLOB NOT NULL UNIQUE,
	genesis      BLOB NOT NULL,
	genesis_salt BLOB NOT NULL,
	length       INTEGER NOT NULL,
	head         BLOB NOT NULL -- the digest of the last record
) STRICT, WITHOUT ROWID;

CREATE TABLE acts ( -- where each act stands
	id    BLOB PRIMARY KEY,
	chain BLOB NOT NULL,
	seq   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE records (
	chain      BLOB NOT NULL REFERENCES chains (id),
	seq        INTEGER NOT NULL,
	act        BLOB NOT NULL,    -- its ID
	body       BLOB NOT NULL,    -- the act without subject and evidence
	personal   BLOB,             -- subject and evidence; NULL when there are none or they were erased
	salt       BLOB NOT NULL,
	erased     INTEGER NOT NULL,
	commitment BLOB NOT NULL,
	previous   BLOB NOT NULL,
	digest     BLOB NOT NULL,
	PRIMARY KEY (chain, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE notices (
	id   BLOB PRIMARY KEY,
	body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE assessments (
	id         BLOB PRIMARY KEY,
	controller BLOB NOT NULL,
	body       BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX assessments_controller ON assessments (controller);

CREATE TABLE contacts (
	place  INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: positions stay right
	base   BLOB NOT NULL,
	id     BLOB NOT NULL,
	body   BLOB NOT NULL,
	points BLOB NOT NULL, -- fingerprint, length and address of each
	UNIQUE (base, id)
) STRICT;
CREATE INDEX contacts_page ON contacts (base, place);

CREATE TABLE addresses ( -- who has an address
	address BLOB NOT NULL,
	contact INTEGER NOT NULL,
	PRIMARY KEY (address, contact)
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_contact ON addresses (contact);

CREATE TABLE origins (
	id   INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	body BLOB NOT NULL
) STRICT;

CREATE TABLE digest_files (
	seq  INTEGER PRIMARY KEY AUTOINCREMENT,
	id   BLOB NOT NULL UNIQUE,
	body BLOB NOT NULL
) STRICT;

CREATE TABLE pending_digests (
	digest   BLOB NOT NULL,
	file     INTEGER NOT NULL REFERENCES digest_files (seq),
	line     INTEGER NOT NULL,
	happened INTEGER NOT NULL,
	entry    BLOB, -- NULL until it is resolved
	PRIMARY KEY (digest, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_digests_file ON pending_digests (file);

CREATE TABLE campaigns (
	seq       INTEGER PRIMARY KEY,
	id        BLOB NOT NULL UNIQUE,
	body      BLOB NOT NULL, -- as JSON, and never changed
	status    INTEGER NOT NULL,
	resumed   INTEGER NOT NULL, -- a pause has ended
	launch    BLOB NOT NULL,
	approvals BLOB NOT NULL,
	changes   BLOB NOT NULL
) STRICT;

CREATE TABLE chunks (
	campaign INTEGER NOT NULL REFERENCES campaigns (seq),
	seq      INTEGER NOT NULL,
	token    INTEGER NOT NULL, -- of the last lease
	worker   BLOB NOT NULL,
	until    INTEGER,          -- of the lease; NULL where there is none
	wake     INTEGER,          -- before it no row can be tried; NULL where none can be
	tried    INTEGER NOT NULL, -- rows with an attempt
	started  INTEGER,
	latest   INTEGER,
	PRIMARY KEY (campaign, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX chunks_wake ON chunks (campaign, wake, seq) WHERE wake IS NOT NULL;

-- Rows never change.
CREATE TABLE rows (
	dispatch    BLOB NOT NULL PRIMARY KEY,
	campaign    INTEGER NOT NULL,
	chunk       INTEGER NOT NULL,
	pos         INTEGER NOT NULL,
	contact     BLOB NOT NULL,
	fingerprint BLOB NOT NULL,
	district    BLOB NOT NULL,
	state       INTEGER NOT NULL,
	code        BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX rows_place ON rows (campaign, chunk, pos);
CREATE INDEX rows_fingerprint ON rows (fingerprint);

CREATE TABLE deferrals (
	dispatch BLOB PRIMARY KEY,
	until    INTEGER,
	code     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The key is what keeps a mark and a cancelling, or two marks, apart.
CREATE TABLE attempts (
	dispatch         BLOB NOT NULL,
	no               INTEGER NOT NULL,
	campaign         INTEGER NOT NULL,
	chunk            INTEGER NOT NULL,
	worker           BLOB NOT NULL,
	marked           INTEGER NOT NULL,
	lease_until      INTEGER,
	cancel           INTEGER NOT NULL,
	stands           INTEGER NOT NULL, -- no further attempt may be made
	kind             INTEGER NOT NULL,
	outcome          INTEGER NOT NULL,
	code             BLOB NOT NULL,
	final            INTEGER NOT NULL,
	until            INTEGER,
	receipt          INTEGER NOT NULL,
	receipt_at       INTEGER,
	receipt_segments INTEGER NOT NULL,
	contradictions   INTEGER NOT NULL,
	carrier_id       BLOB,
	body             BLOB, -- the settlement; NULL where there is none
	trace            BLOB, -- what the decision rested on
	PRIMARY KEY (dispatch, no)
) STRICT;
CREATE INDEX attempts_chunk ON attempts (campaign, chunk);
CREATE INDEX attempts_carrier ON attempts (carrier_id) WHERE carrier_id IS NOT NULL;

-- One row for each step that marked, so that what was marked lately is counted
-- without a look at every attempt.
CREATE TABLE marks (
	campaign INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	n        INTEGER NOT NULL
) STRICT;
CREATE INDEX marks_at ON marks (campaign, at, n);

CREATE TABLE events (
	id   BLOB PRIMARY KEY,
	at   INTEGER NOT NULL,
	body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX events_at ON events (at, id);

CREATE TABLE signs (
	campaign BLOB NOT NULL,
	sign     INTEGER NOT NULL
) STRICT;
CREATE INDEX signs_campaign ON signs (campaign, sign);

CREATE TABLE reviews (
	id          BLOB PRIMARY KEY,
	opened      INTEGER NOT NULL,
	fingerprint BLOB NOT NULL,
	words       BLOB NOT NULL, -- empty when they were erased
	resolved    INTEGER NOT NULL,
	body        BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reviews_opened ON reviews (opened, id);
CREATE INDEX reviews_fingerprint ON reviews (fingerprint);

CREATE TABLE counts_taken (
	client BLOB NOT NULL,
	at     INTEGER NOT NULL
) STRICT;
CREATE INDEX counts_taken_at ON counts_taken (client, at);

CREATE TABLE counts_answers (
	client BLOB NOT NULL,
	base   BLOB NOT NULL,
	n      INTEGER NOT NULL,
	people BLOB NOT NULL,
	told   INTEGER NOT NULL,
	few    INTEGER NOT NULL,
	at     INTEGER,
	PRIMARY KEY (client, base, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE accesses (
	seq         INTEGER PRIMARY KEY AUTOINCREMENT,
	id          BLOB NOT NULL UNIQUE,
	fingerprint BLOB NOT NULL,
	who         BLOB NOT NULL,
	party       BLOB NOT NULL,
	at          INTEGER NOT NULL,
	outcome     INTEGER NOT NULL,
	body        BLOB NOT NULL
) STRICT;
CREATE INDEX accesses_fingerprint ON accesses (fingerprint, at);
CREATE INDEX accesses_who ON accesses (who, at);
CREATE INDEX accesses_party ON accesses (party, at);

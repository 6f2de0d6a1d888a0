-- Texts are bytea throughout: what was kept is returned byte for byte, whether
-- it is UTF-8 or not and whatever bytes it holds, and no collation compares it.
-- Times are microseconds since 1970 in UTC; NULL is the zero time. Flags are 0
-- and 1. A body is what a thing has besides its columns.
--
-- The ledger and the outbox, which grow with every message, are in eight pieces
-- each, so that they are vacuumed, dumped and rebuilt piece by piece.

-- The key that each store is bound to: see the interfaces.
CREATE TABLE bindings (
	store bytea PRIMARY KEY,
	key   bytea NOT NULL
);

-- Where the database lives, and who said so: the last row counts.
CREATE TABLE homes (
	seq   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	place bytea NOT NULL,
	who   bytea NOT NULL,
	why   bytea NOT NULL,
	at    bigint NOT NULL
);

CREATE TABLE list_entries (
	seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id          bytea NOT NULL UNIQUE,
	fingerprint bytea NOT NULL,
	body        bytea NOT NULL,
	lifting     bytea           -- NULL while it stands
);
CREATE INDEX list_entries_fingerprint ON list_entries (fingerprint);

CREATE TABLE list_changes (
	seq    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	entry  bigint NOT NULL REFERENCES list_entries (seq),
	lifted bigint NOT NULL,
	-- Its place in the feed, which it gets when the feed is first read after its
	-- commit: a number that was given before would be passed by.
	cursor bigint UNIQUE
);
CREATE INDEX list_changes_unpublished ON list_changes (seq) WHERE cursor IS NULL;
CREATE SEQUENCE list_cursors;

CREATE TABLE chains (
	id           bytea NOT NULL, -- random, and so unique
	fingerprint  bytea PRIMARY KEY,
	genesis      bytea NOT NULL,
	genesis_salt bytea NOT NULL,
	length       bigint NOT NULL,
	head         bytea NOT NULL -- the digest of the last record
) PARTITION BY HASH (fingerprint);

CREATE INDEX chains_id ON chains (id);

CREATE TABLE acts ( -- where each act stands
	id    bytea PRIMARY KEY,
	chain bytea NOT NULL,
	seq   bigint NOT NULL
) PARTITION BY HASH (id);

CREATE TABLE records (
	chain      bytea NOT NULL,
	seq        bigint NOT NULL,
	act        bytea NOT NULL,    -- its ID
	body       bytea NOT NULL,    -- the act without subject and evidence
	personal   bytea,             -- subject and evidence; NULL when there are none or they were erased
	salt       bytea NOT NULL,
	erased     bigint NOT NULL,
	commitment bytea NOT NULL,
	previous   bytea NOT NULL,
	digest     bytea NOT NULL,
	PRIMARY KEY (chain, seq)
) PARTITION BY HASH (chain);

CREATE TABLE notices (
	id   bytea PRIMARY KEY,
	body bytea NOT NULL
);

CREATE TABLE assessments (
	id         bytea PRIMARY KEY,
	controller bytea NOT NULL,
	body       bytea NOT NULL
);
CREATE INDEX assessments_controller ON assessments (controller);

CREATE TABLE contacts (
	place  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- never given twice: positions stay right
	base   bytea NOT NULL,
	id     bytea NOT NULL,
	body   bytea NOT NULL,
	points bytea NOT NULL, -- fingerprint, length and address of each
	UNIQUE (base, id)
);
CREATE INDEX contacts_page ON contacts (base, place);

CREATE TABLE addresses ( -- who has an address
	address bytea NOT NULL,
	contact bigint NOT NULL,
	PRIMARY KEY (address, contact)
);
CREATE INDEX addresses_contact ON addresses (contact);

CREATE TABLE origins (
	id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	hash bytea NOT NULL UNIQUE,
	body bytea NOT NULL
);

CREATE TABLE digest_files (
	seq  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id   bytea NOT NULL UNIQUE,
	body bytea NOT NULL
);

CREATE TABLE pending_digests (
	digest   bytea NOT NULL,
	file     bigint NOT NULL REFERENCES digest_files (seq),
	line     bigint NOT NULL,
	happened bigint NOT NULL,
	entry    bytea, -- NULL until it is resolved
	PRIMARY KEY (digest, file)
);
CREATE INDEX pending_digests_file ON pending_digests (file);

CREATE TABLE campaigns (
	seq       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id        bytea NOT NULL UNIQUE,
	body      bytea NOT NULL, -- as JSON, and never changed
	status    bigint NOT NULL,
	resumed   bigint NOT NULL, -- a pause has ended
	launch    bytea NOT NULL,
	approvals bytea NOT NULL,
	changes   bytea NOT NULL
);

CREATE TABLE chunks (
	campaign bigint NOT NULL REFERENCES campaigns (seq),
	seq      bigint NOT NULL,
	token    bigint NOT NULL, -- of the last lease
	worker   bytea NOT NULL,
	until    bigint,          -- of the lease; NULL where there is none
	wake     bigint,          -- before it no row can be tried; NULL where none can be
	tried    bigint NOT NULL, -- rows with an attempt
	started  bigint,
	latest   bigint,
	PRIMARY KEY (campaign, seq)
);
CREATE INDEX chunks_wake ON chunks (campaign, wake, seq) WHERE wake IS NOT NULL;

-- Rows never change.
CREATE TABLE rows (
	dispatch    bytea NOT NULL PRIMARY KEY,
	campaign    bigint NOT NULL,
	chunk       bigint NOT NULL,
	pos         bigint NOT NULL,
	contact     bytea NOT NULL,
	fingerprint bytea NOT NULL,
	district    bytea NOT NULL,
	state       bigint NOT NULL,
	code        bytea NOT NULL
) PARTITION BY HASH (dispatch);
CREATE INDEX rows_place ON rows (campaign, chunk, pos);
CREATE INDEX rows_fingerprint ON rows (fingerprint);

CREATE TABLE deferrals (
	dispatch bytea PRIMARY KEY,
	until    bigint,
	code     bytea NOT NULL
) PARTITION BY HASH (dispatch);

-- The key is what keeps a mark and a cancelling, or two marks, apart.
CREATE TABLE attempts (
	dispatch         bytea NOT NULL,
	no               bigint NOT NULL,
	campaign         bigint NOT NULL,
	chunk            bigint NOT NULL,
	worker           bytea NOT NULL,
	marked           bigint NOT NULL,
	lease_until      bigint,
	cancel           bigint NOT NULL,
	stands           bigint NOT NULL, -- no further attempt may be made
	kind             bigint NOT NULL,
	outcome          bigint NOT NULL,
	code             bytea NOT NULL,
	final            bigint NOT NULL,
	until            bigint,
	receipt          bigint NOT NULL,
	receipt_at       bigint,
	receipt_segments bigint NOT NULL,
	contradictions   bigint NOT NULL,
	carrier_id       bytea,
	body             bytea, -- the settlement; NULL where there is none
	trace            bytea, -- what the decision rested on
	PRIMARY KEY (dispatch, no)
) PARTITION BY HASH (dispatch);
CREATE INDEX attempts_chunk ON attempts (campaign, chunk);
CREATE INDEX attempts_carrier ON attempts (carrier_id) WHERE carrier_id IS NOT NULL;

-- One row for each step that marked, so that what was marked lately is counted
-- without a look at every attempt.
CREATE TABLE marks (
	campaign bigint NOT NULL,
	at       bigint NOT NULL,
	n        bigint NOT NULL
);
CREATE INDEX marks_at ON marks (campaign, at, n);

CREATE TABLE events (
	id   bytea PRIMARY KEY,
	at   bigint NOT NULL,
	body bytea NOT NULL
);
CREATE INDEX events_at ON events (at, id);

CREATE TABLE signs (
	campaign bytea NOT NULL,
	sign     bigint NOT NULL
);
CREATE INDEX signs_campaign ON signs (campaign, sign);

CREATE TABLE reviews (
	id          bytea PRIMARY KEY,
	opened      bigint NOT NULL,
	fingerprint bytea NOT NULL,
	words       bytea NOT NULL, -- empty when they were erased
	resolved    bigint NOT NULL,
	body        bytea NOT NULL
);
CREATE INDEX reviews_opened ON reviews (opened, id);
CREATE INDEX reviews_fingerprint ON reviews (fingerprint);

CREATE TABLE counts_taken (
	client bytea NOT NULL,
	at     bigint NOT NULL
);
CREATE INDEX counts_taken_at ON counts_taken (client, at);

CREATE TABLE counts_answers (
	client bytea NOT NULL,
	base   bytea NOT NULL,
	n      bigint NOT NULL,
	people bytea NOT NULL,
	told   bigint NOT NULL,
	few    bigint NOT NULL,
	at     bigint,
	PRIMARY KEY (client, base, n)
);

CREATE TABLE accesses (
	seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	id          bytea NOT NULL UNIQUE,
	fingerprint bytea NOT NULL,
	who         bytea NOT NULL,
	party       bytea NOT NULL,
	at          bigint NOT NULL,
	outcome     bigint NOT NULL,
	body        bytea NOT NULL
);
CREATE INDEX accesses_fingerprint ON accesses (fingerprint, at);
CREATE INDEX accesses_who ON accesses (who, at);
CREATE INDEX accesses_party ON accesses (party, at);

CREATE TABLE chains_0 PARTITION OF chains FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE chains_1 PARTITION OF chains FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE chains_2 PARTITION OF chains FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE chains_3 PARTITION OF chains FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE chains_4 PARTITION OF chains FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE chains_5 PARTITION OF chains FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE chains_6 PARTITION OF chains FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE chains_7 PARTITION OF chains FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE acts_0 PARTITION OF acts FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE acts_1 PARTITION OF acts FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE acts_2 PARTITION OF acts FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE acts_3 PARTITION OF acts FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE acts_4 PARTITION OF acts FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE acts_5 PARTITION OF acts FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE acts_6 PARTITION OF acts FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE acts_7 PARTITION OF acts FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE records_0 PARTITION OF records FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE records_1 PARTITION OF records FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE records_2 PARTITION OF records FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE records_3 PARTITION OF records FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE records_4 PARTITION OF records FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE records_5 PARTITION OF records FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE records_6 PARTITION OF records FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE records_7 PARTITION OF records FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE rows_0 PARTITION OF rows FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE rows_1 PARTITION OF rows FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE rows_2 PARTITION OF rows FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE rows_3 PARTITION OF rows FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE rows_4 PARTITION OF rows FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE rows_5 PARTITION OF rows FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE rows_6 PARTITION OF rows FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE rows_7 PARTITION OF rows FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE attempts_0 PARTITION OF attempts FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE attempts_1 PARTITION OF attempts FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE attempts_2 PARTITION OF attempts FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE attempts_3 PARTITION OF attempts FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE attempts_4 PARTITION OF attempts FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE attempts_5 PARTITION OF attempts FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE attempts_6 PARTITION OF attempts FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE attempts_7 PARTITION OF attempts FOR VALUES WITH (MODULUS 8, REMAINDER 7);
CREATE TABLE deferrals_0 PARTITION OF deferrals FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE deferrals_1 PARTITION OF deferrals FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE deferrals_2 PARTITION OF deferrals FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE deferrals_3 PARTITION OF deferrals FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE deferrals_4 PARTITION OF deferrals FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE deferrals_5 PARTITION OF deferrals FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE deferrals_6 PARTITION OF deferrals FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE deferrals_7 PARTITION OF deferrals FOR VALUES WITH (MODULUS 8, REMAINDER 7);

-- The version of the schema.
CREATE TABLE schema_version (version bigint NOT NULL);
INSERT INTO schema_version VALUES (0);

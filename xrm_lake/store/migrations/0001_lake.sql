-- The tables of a lake. No primary keys, foreign keys or indexes: ids are given out by the one process that
-- owns the file, rows are appended in id order, and `xrm doctor` checks the invariants. All timestamps are UTC.

create table meta (key varchar not null, value varchar);

-- The model, editable at run time.
create table entity_type (
    name varchar not null, label varchar, plural varchar, icon varchar, aspect varchar, corridor varchar,
    caption varchar[], stage_field varchar, staleness_days integer, required_links varchar[], role_of varchar,
    meaning varchar, position integer, retired boolean not null
);
-- `owner_of` is `type` or `link_type`: both have fields.
create table field (
    owner_of varchar not null, owner_name varchar not null, name varchar not null, label varchar, kind varchar not null,
    level varchar not null, many boolean not null, allowed varchar[], is_unique boolean not null, keep varchar,
    currency_field varchar, field_group varchar, owner varchar, meaning varchar, position integer, retired boolean not null
);
create table link_type (
    name varchar not null, label varchar, inverse varchar, from_types varchar[], to_types varchar[],
    cardinality varchar, meaning varchar, retired boolean not null
);
create table stage (type varchar not null, name varchar not null, position integer, outcome varchar, probability double);

-- The ledger: every write is a batch, every changed value a row that is only ever added.
create table batch (
    batch_id bigint not null, kind varchar not null, source varchar, made_by varchar, made_at timestamp not null,
    file_name varchar, file_sha256 varchar, rows_read bigint, rows_new bigint, rows_changed bigint, rows_same bigint,
    rows_rejected bigint, note varchar, undone_by bigint
);
create table change (
    seq bigint not null, batch_id bigint not null, made_at timestamp not null, made_by varchar, type varchar,
    entity_id bigint not null, op varchar not null, field varchar, old varchar, new varchar
);

-- Records: the spine; one typed table a type, rec_<type>, is made beside it when the type is.
create table entity (
    id bigint not null, type varchar not null, uid uuid not null, source varchar,
    source_key varchar using compression 'fsst', batch_id bigint,
    created_at timestamp not null, deleted_at timestamp, golden_id bigint
);
create table link (
    id bigint not null, type varchar not null, from_id bigint not null, to_id bigint not null,
    from_golden bigint not null, to_golden bigint not null, fields json, since date, until date,
    batch_id bigint not null, ended_at timestamp
);

-- What could not be taken in as it stood.
create table reject (
    batch_id bigint not null, file_name varchar, record_no bigint, line_no bigint, byte_pos bigint,
    column_name varchar, reason varchar not null, raw blob
);
create table pending_link (
    pending_id bigint not null, batch_id bigint not null, type varchar not null, from_id bigint not null,
    direction varchar, to_type varchar, to_field varchar, to_text varchar not null, match_by varchar not null,
    candidates bigint[], reason varchar,
    fields json, resolved_id bigint, resolved_by bigint
);

-- What people decided: only ever added to.
create table verdict (
    seq bigint not null, decision_id bigint not null, left_id bigint not null, right_id bigint not null,
    verdict varchar not null, made_by varchar, made_at timestamp not null, reason varchar
);
create table pin (
    entity_id bigint not null, field varchar not null, value varchar, batch_id bigint not null,
    made_at timestamp not null, made_by varchar
);

-- What machines guess: disposable, recomputed.
create table match (
    run_id bigint not null, type varchar not null, left_id bigint not null, right_id bigint not null,
    score double not null, evidence json
);
create table issue (
    run_id bigint not null, check_name varchar not null, problem varchar not null, severity varchar not null,
    type varchar not null, entity_id bigint not null, field varchar, detail varchar
);
create table issue_count (
    run_id bigint not null, check_name varchar not null, problem varchar not null, severity varchar not null,
    type varchar not null, field varchar, found bigint not null, checked bigint not null
);

-- What was measured: only ever added to.
create table snapshot (snapshot_id bigint not null, taken_at timestamp not null, as_of date not null, batch_id bigint not null);
create table measure (
    snapshot_id bigint not null, metric varchar not null, scope varchar not null, num double, den double,
    at_risk double, entered double, left_ double
);
-- Which records were in a metric's bad state at a snapshot: what entered and left since is told from it.
create table measure_state (metric varchar not null, entity_id bigint not null, since_snapshot bigint not null);

-- What is derived.
create table search_doc (id bigint not null, type varchar not null, text varchar using compression 'fsst' not null);

create table job (
    job_id bigint not null, verb varchar not null, state varchar not null, done bigint, total bigint, message varchar,
    started_at timestamp, finished_at timestamp
);

-- What the rules told of each figure at a snapshot.
create table trend (
    snapshot_id bigint not null, metric varchar not null, scope varchar not null, state varchar not null, direction integer not null,
    since date, rules varchar not null, sentence varchar not null
);
-- Faults that somebody ticked as looked at, without a fix to apply. A row counts if its batch was not undone.
create table looked_at (
    batch_id bigint not null, entity_id bigint not null, type varchar not null, check_name varchar not null, field varchar
);

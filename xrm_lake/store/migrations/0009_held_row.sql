-- Rows of an import that were held back, to be brought in later; and which later import took their place, or that of a reject.
create table held_row (
    batch_id bigint not null, file_name varchar, record_no bigint, line_no bigint, source_key varchar, reason varchar not null,
    candidates bigint[], scores double[], raw blob, settled_by bigint
);
-- How the file of such an import was read: its plan, and the terms.
create table batch_plan (batch_id bigint not null, plan json not null);
alter table batch add column rows_held bigint;
alter table reject add column source_key varchar;
alter table reject add column mended_by bigint;

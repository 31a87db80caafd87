-- How each file was read, and which of its rows became which record: so that it can be held against the lake later.
create table delivered_plan (batch_id bigint not null, plan json not null);
create table delivered_row (batch_id bigint not null, record_no bigint not null, id bigint, party_id bigint);

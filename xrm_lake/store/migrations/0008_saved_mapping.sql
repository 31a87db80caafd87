-- How a file of a source was read: found again by its headers. Only added to; without a plan it was forgotten.
create table saved_mapping (
    mapping_id bigint not null, batch_id bigint not null, source varchar not null, headers varchar not null, type varchar not null,
    file_name varchar, made_at timestamp not null, made_by varchar, plan json
);

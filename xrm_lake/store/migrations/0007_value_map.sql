-- What people said of values of a source: read `old` as `new`. Only added to; the last row counts whose batch was not undone.
create table value_map (
    batch_id bigint not null, source varchar not null, type varchar not null, field varchar not null, old varchar not null, new varchar
);

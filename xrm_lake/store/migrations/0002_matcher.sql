-- What a match run learned of a type, so that later records are matched without learning anew. Derived and disposable, like
-- `match`; beside it each type that was matched has its index, match_key_<type>_ (see store/matcher.py).
create table matcher (
    type varchar not null, batch_id bigint not null, made_at timestamp not null, model varchar not null,
    records bigint not null, later bigint not null, entries bigint not null, last_id bigint not null, seq bigint not null
);
-- How many records have a value, where more than two do: what two agree in says less the more have it.
create table match_count (type varchar not null, hash uinteger not null, rows bigint not null);

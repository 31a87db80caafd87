-- Figures of reports that somebody corrected by hand; only ever added to. A row with `takes_back` takes back the one of that number.
create table figure_override (
    override_id bigint not null, report varchar not null, figure varchar not null, as_of date not null,
    old_value double, new_value double, reason varchar not null, made_by varchar, made_at timestamp not null, takes_back bigint
);

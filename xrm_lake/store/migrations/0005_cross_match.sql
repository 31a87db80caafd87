-- What machines guess of records of two types: disposable, recomputed. left_type is the first of the two by name.
create table cross_match (
    run_id bigint not null, left_type varchar not null, right_type varchar not null, left_id bigint not null,
    right_id bigint not null, score double not null, evidence json
);

-- What could be mended: proposed by machines, disposable, found anew by `propose_fixes`. It was settled by the batch `settled_by`, and
-- is open again once that was undone.
create table fix_proposal (
    run_id bigint not null, fix_id bigint not null, sort varchar not null, rule varchar not null, type varchar not null,
    entity_id bigint not null, field varchar not null, old varchar, new varchar not null, basis_field varchar, basis varchar,
    reason varchar not null, score double not null, settled_by bigint
);
-- What people refused, never to be proposed again; only added to. A row counts if its batch was not undone.
create table fix_refusal (
    batch_id bigint not null, rule varchar not null, type varchar not null, entity_id bigint, field varchar not null,
    old varchar, new varchar not null, basis varchar
);

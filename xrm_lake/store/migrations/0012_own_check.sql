-- What a field needs only of some records, and for how long a value of it is fresh.
alter table field add column applies_if varchar;
alter table field add column fresh_days integer;
-- People's own checks: a condition over the fields of one type, with its form where it was made with one, and its examples.
create table own_check (
    name varchar not null, type varchar not null, severity varchar not null, problem varchar not null, field varchar, message varchar not null,
    owner varchar, meaning varchar, condition varchar not null, form json, passes json, fails json, retired boolean not null,
    batch_id bigint not null
);
-- What a check says and who answers for it; the open value that its records touch; and of how many records it could not be told, and why.
alter table issue_count add column message varchar;
alter table issue_count add column owner varchar;
alter table issue_count add column at_risk double;
alter table issue_count add column currency varchar;
alter table issue_count add column failed bigint;
alter table issue_count add column reason varchar;
-- Whether a record at fault counts in the measure of its problem: doubts do not.
alter table issue_count add column measured boolean;

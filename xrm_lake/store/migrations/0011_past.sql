-- What a measure is of besides its type, and by which version of its rule it was taken.
alter table measure add column version integer default 1;
alter table measure add column split varchar default '';
alter table measure add column part varchar default '';
-- Which batch an undo took back: `undone_by` forgets it when the undo is itself undone.
alter table batch add column undoes bigint;
update batch set undoes = try_cast(regexp_extract(note, '^undo of batch ([0-9]+)$', 1) as bigint) where kind = 'undo';

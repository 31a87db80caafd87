-- Why the model of a match run was not, or not fully, learned from the records: nothing merges by itself on such a run. Null: it was.
alter table batch add column doubt varchar;
update batch set doubt = nullif(regexp_extract(note, ' records \((.*)\)$', 1), '') where kind = 'match';

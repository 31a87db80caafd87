-- Why a pair was put before somebody: `audit` (drawn at random from what would be merged without a person), `information`
-- (the score is close to one half), `value` (much hangs on it), or null where they came to it by themselves.
alter table verdict add column drawn varchar;

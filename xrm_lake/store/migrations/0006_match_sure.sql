-- Whether score and evidence of a pair leave no doubt, so that it may be offered for merging without a person (null: from before
-- this was asked, so it may not), and which key had made its records candidates.
alter table match add column sure boolean;
alter table match add column brought_by varchar;

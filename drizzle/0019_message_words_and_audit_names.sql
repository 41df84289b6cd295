-- Searches of the outbox, and the name of whoever somebody worked as.

create function keep_message_words() returns trigger language plpgsql as $$
begin
  insert into message_words (message_id, words)
  select fresh.id, lower(concat_ws(E'\n', fresh.to_address, fresh.to_name,
    coalesce(nullif(fresh.subject, ''), mailings.subject)))
  from fresh left join mailings on mailings.id = fresh.mailing_id
  on conflict (message_id) do update set words = excluded.words;
  return null;
end $$;
--> statement-breakpoint
create trigger message_words_new after insert on messages
  referencing new table as fresh for each statement execute function keep_message_words();
--> statement-breakpoint
create function message_subject_known() returns trigger language plpgsql as $$
begin
  update message_words set words = lower(concat_ws(E'\n', new.to_address, new.to_name, new.subject))
  where message_id = new.id;
  return null;
end $$;
--> statement-breakpoint
create trigger message_words_changed after update on messages
  for each row when (old.subject is distinct from new.subject)
  execute function message_subject_known();
--> statement-breakpoint
insert into message_words (message_id, words)
select messages.id, lower(concat_ws(E'\n', to_address, to_name,
  coalesce(nullif(messages.subject, ''), mailings.subject)))
from messages left join mailings on mailings.id = messages.mailing_id;
--> statement-breakpoint
-- Where a server was installed without trigrams, the outbox can be searched all the same, only slower.
do $$
begin
  create extension if not exists pg_trgm;
  create index message_words_trigrams on message_words using gin (words gin_trgm_ops);
exception when others then
  raise notice 'searches of the outbox have no index: %', sqlerrm;
end $$;
--> statement-breakpoint
create function audit_names_subject() returns trigger language plpgsql as $$
begin
  new.subject_name := (select name from accounts where id = new.subject_account_id);
  return new;
end $$;
--> statement-breakpoint
create trigger audit_names_subject before insert on audit_entries
  for each row when (new.subject_account_id is distinct from new.actor_account_id)
  execute function audit_names_subject();
--> statement-breakpoint
alter table audit_entries disable trigger audit_append_only;
--> statement-breakpoint
update audit_entries set subject_name = accounts.name from accounts
where accounts.id = audit_entries.subject_account_id
  and audit_entries.subject_account_id is distinct from audit_entries.actor_account_id;
--> statement-breakpoint
-- Always: also for whoever switches triggers off for a session, as replication does.
alter table audit_entries enable always trigger audit_append_only;
--> statement-breakpoint
alter table audit_entries enable always trigger audit_is_kept;

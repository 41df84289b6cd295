-- Subscriptions from before there were further domains get their own name's row.
insert into domains (subscription_id, kind, name, www)
select id, 'main', domain, length(domain) + 4 <= 253 from subscriptions
on conflict do nothing;

-- People look for names as they read them, which are kept as A-labels: `büch` finds xn--bcher-kva.
-- Both spellings stand where searches look. RFC 3492; what is not as it should be stays as it is.
create or replace function both_spellings(names text) returns text
language plpgsql immutable strict parallel safe as $$
declare
  told text := names;
  label text;
  code text;
  plain text;
  n bigint; i bigint; started bigint; weight bigint; bias bigint; k bigint; t bigint; digit bigint; many bigint; delta bigint;
begin
  if strpos(names, 'xn--') = 0 then
    return names;
  end if;
  for label in select match[1] from regexp_matches(names, '(?:^|[\n.@])(xn--[a-z0-9-]+)', 'g') as match loop
    begin
      code := substr(label, 5);
      plain := coalesce(substring(code from '^(.*)-'), '');
      code := substring(code from '[^-]*$');
      n := 128; i := 0; bias := 72;
      while code <> '' loop
        started := i; weight := 1; k := 36;
        loop
          if code !~ '^[a-z0-9]' then
            raise exception 'not a label';
          end if;
          digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', left(code, 1)) - 1;
          code := substr(code, 2);
          i := i + digit * weight;
          t := greatest(1, least(26, k - bias));
          exit when digit < t;
          weight := weight * (36 - t);
          k := k + 36;
        end loop;
        many := length(plain) + 1;
        delta := (i - started) / (case when started = 0 then 700 else 2 end);
        delta := delta + delta / many;
        k := 0;
        while delta > 455 loop
          delta := delta / 35;
          k := k + 36;
        end loop;
        bias := k + 36 * delta / (delta + 38);
        n := n + i / many;
        i := i % many;
        plain := left(plain, i::integer) || chr(n::integer) || substr(plain, i::integer + 1);
        i := i + 1;
      end loop;
      told := replace(told, label, plain);
    exception when others then
      null;
    end;
  end loop;
  return names || E'\n' || told;
end $$;

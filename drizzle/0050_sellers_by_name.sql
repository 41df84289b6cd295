DROP INDEX "accounts_kind_id_index";--> statement-breakpoint
CREATE INDEX "accounts_who_sell" ON "accounts" USING btree (lower("name"),"id") WHERE kind in ('admin', 'reseller');--> statement-breakpoint
CREATE INDEX "plans_by_name" ON "plans" USING btree ("kind",lower("name"),"id");
CREATE INDEX "jobs_of_account" ON "jobs" USING btree ("account_id","id") WHERE account_id is not null;--> statement-breakpoint
CREATE INDEX "jobs_of_host" ON "jobs" USING btree ("host_id","id") WHERE subscription_id is null;--> statement-breakpoint
CREATE INDEX "subscriptions_by_user_family" ON "subscriptions" USING btree (regexp_replace("system_user", '[0-9]+$', ''));
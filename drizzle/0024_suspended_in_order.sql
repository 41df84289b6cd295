DROP INDEX "accounts_suspended";--> statement-breakpoint
DROP INDEX "subscriptions_suspended";--> statement-breakpoint
CREATE INDEX "accounts_of_provider_by_name" ON "accounts" USING btree ("provider_id",lower("name"),"id");--> statement-breakpoint
CREATE INDEX "accounts_suspended_by_name" ON "accounts" USING btree (lower("name"),"id") WHERE suspended and not removing and trashed_until is null;--> statement-breakpoint
CREATE INDEX "subscriptions_suspended_by_domain" ON "subscriptions" USING btree ("domain","id") WHERE suspended and not removing and trashed_until is null;
DROP INDEX "subscriptions_unsynced";--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "seller_id" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "accounts_suspended_of_provider" ON "accounts" USING btree ("provider_id",lower("name"),"id") WHERE suspended and not removing and trashed_until is null;--> statement-breakpoint
CREATE INDEX "subscriptions_of_seller" ON "subscriptions" USING btree ("seller_id","domain","id");--> statement-breakpoint
CREATE INDEX "subscriptions_suspended_of_seller" ON "subscriptions" USING btree ("seller_id","domain","id") WHERE suspended and not removing and trashed_until is null;--> statement-breakpoint
CREATE INDEX "subscriptions_unsynced" ON "subscriptions" USING btree ("seller_id") WHERE unsynced and not locked and not removing;
CREATE TABLE "account_words" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"words" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chosen_columns" (
	"login_id" bigint NOT NULL,
	"list" text NOT NULL,
	"columns" text[] NOT NULL,
	CONSTRAINT "chosen_columns_login_id_list_pk" PRIMARY KEY("login_id","list")
);
--> statement-breakpoint
CREATE TABLE "subscription_words" (
	"subscription_id" bigint PRIMARY KEY NOT NULL,
	"account_id" bigint NOT NULL,
	"words" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "audit_entries_account_id_id_index";--> statement-breakpoint
DROP INDEX "audit_entries_actor_account_id_id_index";--> statement-breakpoint
ALTER TABLE "account_words" ADD CONSTRAINT "account_words_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "chosen_columns" ADD CONSTRAINT "chosen_columns_login_id_logins_id_fk" FOREIGN KEY ("login_id") REFERENCES "public"."logins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_words" ADD CONSTRAINT "subscription_words_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "subscription_words_account_id_index" ON "subscription_words" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "accounts_by_company" ON "accounts" USING btree (lower("company"),"id");--> statement-breakpoint
CREATE INDEX "accounts_created_at_id_index" ON "accounts" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "accounts_suspended" ON "accounts" USING btree ("id") WHERE suspended;--> statement-breakpoint
CREATE INDEX "accounts_being_removed" ON "accounts" USING btree ("id") WHERE removing;--> statement-breakpoint
CREATE INDEX "audit_entries_at_id_index" ON "audit_entries" USING btree ("at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_account_id_at_id_index" ON "audit_entries" USING btree ("account_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_actor_account_id_at_id_index" ON "audit_entries" USING btree ("actor_account_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_action_at_id_index" ON "audit_entries" USING btree ("action","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_by_object_name" ON "audit_entries" USING btree (lower("object_name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "subscriptions_created_at_id_index" ON "subscriptions" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "subscriptions_suspended" ON "subscriptions" USING btree ("id") WHERE suspended;--> statement-breakpoint
CREATE INDEX "subscriptions_locked" ON "subscriptions" USING btree ("id") WHERE locked;--> statement-breakpoint
CREATE INDEX "subscriptions_being_removed" ON "subscriptions" USING btree ("id") WHERE removing;
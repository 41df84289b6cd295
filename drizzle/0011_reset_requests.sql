ALTER TABLE "password_requests" ADD COLUMN "panel" text NOT NULL;--> statement-breakpoint
CREATE INDEX "accounts_by_email" ON "accounts" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "logins_by_email" ON "logins" USING btree (lower("email")) WHERE email is not null;
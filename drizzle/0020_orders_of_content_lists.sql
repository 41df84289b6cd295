ALTER TABLE "measured" ADD COLUMN "over" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "databases_created_at_id_index" ON "databases" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "databases_by_size" ON "databases" USING btree (coalesce("bytes", 0),"id");--> statement-breakpoint
CREATE INDEX "ftp_logins_created_at_id_index" ON "ftp_logins" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "finished_jobs_by_creation" ON "finished_jobs" USING brin ("created_at");--> statement-breakpoint
CREATE INDEX "mailboxes_by_address" ON "mailboxes" USING btree (("domain" || '@' || "local"),"id");--> statement-breakpoint
CREATE INDEX "mailboxes_quota_id_index" ON "mailboxes" USING btree ("quota","id");--> statement-breakpoint
CREATE INDEX "mailboxes_created_at_id_index" ON "mailboxes" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "mailing_lists_by_address" ON "mailing_lists" USING btree (("domain" || '@' || "local"),"id");--> statement-breakpoint
CREATE INDEX "mailing_lists_created_at_id_index" ON "mailing_lists" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "domains_created_at_id_index" ON "domains" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "domains_forwarded" ON "domains" USING btree ("name") WHERE kind in ('alias', 'redirect');--> statement-breakpoint
CREATE INDEX "measured_over" ON "measured" USING btree ("subscription_id") WHERE over;
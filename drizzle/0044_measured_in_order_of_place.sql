CREATE INDEX "measured_home_subscription_id_index" ON "measured" USING btree ("home","subscription_id");--> statement-breakpoint
CREATE INDEX "measured_web_subscription_id_index" ON "measured" USING btree ("web","subscription_id");--> statement-breakpoint
CREATE INDEX "measured_mail_subscription_id_index" ON "measured" USING btree ("mail","subscription_id");--> statement-breakpoint
CREATE INDEX "measured_databases_subscription_id_index" ON "measured" USING btree ("databases","subscription_id");
DROP INDEX "messages_provider_id_id_index";--> statement-breakpoint
DROP INDEX "messages_account_id_id_index";--> statement-breakpoint
DROP INDEX "messages_by_state";--> statement-breakpoint
DROP INDEX "messages_template_id_index";--> statement-breakpoint
CREATE INDEX "messages_created_at_id_index" ON "messages" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "messages_provider_id_created_at_id_index" ON "messages" USING btree ("provider_id","created_at","id");--> statement-breakpoint
CREATE INDEX "messages_account_id_created_at_id_index" ON "messages" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "messages_state_created_at_id_index" ON "messages" USING btree ("state","created_at","id");--> statement-breakpoint
CREATE INDEX "messages_template_created_at_id_index" ON "messages" USING btree ("template","created_at","id");
ALTER TABLE "audit_entries" ADD COLUMN "provider_id" bigint;--> statement-breakpoint
CREATE INDEX "audit_entries_provider_id_at_id_index" ON "audit_entries" USING btree ("provider_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_object_kind_at_id_index" ON "audit_entries" USING btree ("object_kind","at","id");--> statement-breakpoint
CREATE INDEX "audit_entries_actor_name_at_id_index" ON "audit_entries" USING btree ("actor_name","at","id");
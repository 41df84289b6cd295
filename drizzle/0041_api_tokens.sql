CREATE TABLE "api_tokens" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "api_tokens_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"login_id" bigint NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"scope" text NOT NULL,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone,
	"last_used_from" text,
	CONSTRAINT "api_tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "token" text;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "content" text;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_login_id_logins_id_fk" FOREIGN KEY ("login_id") REFERENCES "public"."logins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_tokens_login_id_index" ON "api_tokens" USING btree ("login_id");
--> statement-breakpoint
-- A program's way in ends with the role that it was made in, like a person's (F-92).
create or replace function sessions_end_with_role() returns trigger language plpgsql as $$
begin
  delete from sessions where login_id = new.id or impersonator_login_id = new.id;
  delete from api_tokens where login_id = new.id;
  return null;
end $$;

CREATE TYPE "public"."message_state" AS ENUM('waiting', 'sending', 'sent', 'failed', 'unknown', 'withdrawn');--> statement-breakpoint
CREATE TABLE "deliveries" (
	"message_id" bigint NOT NULL,
	"number" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"server" text DEFAULT '' NOT NULL,
	"outcome" text,
	"answer" text DEFAULT '' NOT NULL,
	CONSTRAINT "deliveries_message_id_number_pk" PRIMARY KEY("message_id","number")
);
--> statement-breakpoint
CREATE TABLE "mailings" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mailings_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subject" text NOT NULL,
	"html" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_templates" (
	"account_id" bigint NOT NULL,
	"name" text NOT NULL,
	"language" text NOT NULL,
	"subject" text NOT NULL,
	"html" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "message_templates_account_id_name_language_pk" PRIMARY KEY("account_id","name","language")
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "messages_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"key" uuid DEFAULT gen_random_uuid() NOT NULL,
	"state" "message_state" DEFAULT 'waiting' NOT NULL,
	"account_id" bigint,
	"provider_id" bigint,
	"to_address" text NOT NULL,
	"to_name" text NOT NULL,
	"language" text,
	"template" text NOT NULL,
	"words" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"mailing_id" bigint,
	"sealed" "bytea",
	"good_until" timestamp with time zone,
	"sender" text DEFAULT '' NOT NULL,
	"reply_to" text DEFAULT '' NOT NULL,
	"subject" text DEFAULT '' NOT NULL,
	"html" text DEFAULT '' NOT NULL,
	"plain" text DEFAULT '' NOT NULL,
	"tries" smallint DEFAULT 0 NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"actor_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"handed_over_at" timestamp with time zone,
	"sent_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "messages" ADD CONSTRAINT "messages_mailing_id_mailings_id_fk" FOREIGN KEY ("mailing_id") REFERENCES "public"."mailings"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "messages_provider_id_id_index" ON "messages" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "messages_account_id_id_index" ON "messages" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "messages_by_state" ON "messages" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "messages_to_somebody" ON "messages" USING btree ("to_address","handed_over_at");--> statement-breakpoint
CREATE INDEX "messages_handed_over" ON "messages" USING btree ("handed_over_at");--> statement-breakpoint
CREATE INDEX "messages_with_secrets" ON "messages" USING btree ("good_until");
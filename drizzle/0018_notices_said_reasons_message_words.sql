CREATE TABLE "message_words" (
	"message_id" bigint PRIMARY KEY NOT NULL,
	"words" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"subscription_id" bigint NOT NULL,
	"kind" text NOT NULL,
	"about" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notices_subscription_id_kind_about_pk" PRIMARY KEY("subscription_id","kind","about")
);
--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "subject_name" text;--> statement-breakpoint
ALTER TABLE "finished_jobs" ADD COLUMN "said" jsonb;--> statement-breakpoint
ALTER TABLE "job_runs" ADD COLUMN "said" jsonb;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "said" jsonb;--> statement-breakpoint
ALTER TABLE "conflicts" ADD COLUMN "said" jsonb;--> statement-breakpoint
ALTER TABLE "message_words" ADD CONSTRAINT "message_words_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "messages_template_id_index" ON "messages" USING btree ("template","id");
CREATE TYPE "public"."mail_switch" AS ENUM('plan', 'on', 'off');--> statement-breakpoint
CREATE TYPE "public"."list_posting" AS ENUM('members', 'anyone');--> statement-breakpoint
CREATE TABLE "mail_aliases" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mail_aliases_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" bigint NOT NULL,
	"local" text NOT NULL,
	"domain" text NOT NULL,
	"mailbox_id" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mailboxes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mailboxes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" bigint NOT NULL,
	"local" text NOT NULL,
	"domain" text NOT NULL,
	"password_hash" text NOT NULL,
	"quota" bigint NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"imap" "mail_switch" DEFAULT 'plan' NOT NULL,
	"pop3" "mail_switch" DEFAULT 'plan' NOT NULL,
	"virus_scan" "mail_switch" DEFAULT 'plan' NOT NULL,
	"catch_all" boolean DEFAULT false NOT NULL,
	"forward_to" text[] DEFAULT '{}' NOT NULL,
	"keep_copy" boolean DEFAULT true NOT NULL,
	"reply" boolean DEFAULT false NOT NULL,
	"reply_subject" text DEFAULT '' NOT NULL,
	"reply_text" text DEFAULT '' NOT NULL,
	"reply_from" date,
	"reply_until" date,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mailing_lists" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mailing_lists_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" bigint NOT NULL,
	"local" text NOT NULL,
	"domain" text NOT NULL,
	"owner" text NOT NULL,
	"posting" "list_posting" DEFAULT 'members' NOT NULL,
	"moderated" boolean DEFAULT false NOT NULL,
	"members" text[] DEFAULT '{}' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "mail_aliases" ADD CONSTRAINT "mail_aliases_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_aliases" ADD CONSTRAINT "mail_aliases_domain_domains_name_fk" FOREIGN KEY ("domain") REFERENCES "public"."domains"("name") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "mail_aliases" ADD CONSTRAINT "mail_aliases_mailbox_id_mailboxes_id_fk" FOREIGN KEY ("mailbox_id") REFERENCES "public"."mailboxes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD CONSTRAINT "mailboxes_domain_domains_name_fk" FOREIGN KEY ("domain") REFERENCES "public"."domains"("name") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "mailing_lists" ADD CONSTRAINT "mailing_lists_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mailing_lists" ADD CONSTRAINT "mailing_lists_domain_domains_name_fk" FOREIGN KEY ("domain") REFERENCES "public"."domains"("name") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
CREATE UNIQUE INDEX "mail_aliases_domain_local_index" ON "mail_aliases" USING btree ("domain","local");--> statement-breakpoint
CREATE INDEX "mail_aliases_subscription_id_index" ON "mail_aliases" USING btree ("subscription_id");--> statement-breakpoint
CREATE INDEX "mail_aliases_mailbox_id_index" ON "mail_aliases" USING btree ("mailbox_id");--> statement-breakpoint
CREATE UNIQUE INDEX "mailboxes_domain_local_index" ON "mailboxes" USING btree ("domain","local");--> statement-breakpoint
CREATE INDEX "mailboxes_subscription_id_id_index" ON "mailboxes" USING btree ("subscription_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "mailboxes_catch_all" ON "mailboxes" USING btree ("domain") WHERE catch_all;--> statement-breakpoint
CREATE UNIQUE INDEX "mailing_lists_domain_local_index" ON "mailing_lists" USING btree ("domain","local");--> statement-breakpoint
CREATE INDEX "mailing_lists_subscription_id_id_index" ON "mailing_lists" USING btree ("subscription_id","id");
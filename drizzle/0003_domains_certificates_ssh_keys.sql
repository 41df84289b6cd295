CREATE TYPE "public"."certificate_source" AS ENUM('uploaded', 'fetched');--> statement-breakpoint
CREATE TYPE "public"."domain_kind" AS ENUM('main', 'domain', 'subdomain', 'alias', 'redirect');--> statement-breakpoint
CREATE TABLE "acme_accounts" (
	"directory" text PRIMARY KEY NOT NULL,
	"sealed_key" "bytea" NOT NULL,
	"thumbprint" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "certificates" (
	"domain_id" bigint PRIMARY KEY NOT NULL,
	"source" "certificate_source" NOT NULL,
	"chain" text,
	"sealed_key" "bytea",
	"names" text[] DEFAULT '{}' NOT NULL,
	"issuer" text DEFAULT '' NOT NULL,
	"valid_from" timestamp with time zone,
	"valid_until" timestamp with time zone,
	"due_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"last_error" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ssh_keys" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ssh_keys_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" bigint NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"blob" text NOT NULL,
	"fingerprint" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "domains" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "domains_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" bigint NOT NULL,
	"kind" "domain_kind" NOT NULL,
	"name" text NOT NULL,
	"folder" text,
	"www" boolean DEFAULT true NOT NULL,
	"php" text,
	"address" text,
	"suspended_text" text DEFAULT '' NOT NULL,
	"https_only" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "certificates" ADD CONSTRAINT "certificates_domain_id_domains_id_fk" FOREIGN KEY ("domain_id") REFERENCES "public"."domains"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ssh_keys" ADD CONSTRAINT "ssh_keys_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "certificates_due_at_index" ON "certificates" USING btree ("due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "ssh_keys_subscription_id_fingerprint_index" ON "ssh_keys" USING btree ("subscription_id","fingerprint");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_name_index" ON "domains" USING btree ("name");--> statement-breakpoint
CREATE INDEX "domains_subscription_id_kind_index" ON "domains" USING btree ("subscription_id","kind");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_main" ON "domains" USING btree ("subscription_id") WHERE kind = 'main';
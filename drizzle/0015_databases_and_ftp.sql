CREATE TABLE "database_users" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "database_users_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"database_id" bigint NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"address" text DEFAULT 'localhost' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "databases" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "databases_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" bigint NOT NULL,
	"name" text NOT NULL,
	"bytes" bigint,
	"measured_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ftp_logins" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ftp_logins_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"subscription_id" bigint NOT NULL,
	"name" text NOT NULL,
	"folder" text DEFAULT '' NOT NULL,
	"password_hash" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "database_users" ADD CONSTRAINT "database_users_database_id_databases_id_fk" FOREIGN KEY ("database_id") REFERENCES "public"."databases"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "databases" ADD CONSTRAINT "databases_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ftp_logins" ADD CONSTRAINT "ftp_logins_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "database_users_name_index" ON "database_users" USING btree ("name");--> statement-breakpoint
CREATE INDEX "database_users_database_id_index" ON "database_users" USING btree ("database_id");--> statement-breakpoint
CREATE UNIQUE INDEX "databases_name_index" ON "databases" USING btree ("name");--> statement-breakpoint
CREATE INDEX "databases_subscription_id_index" ON "databases" USING btree ("subscription_id");--> statement-breakpoint
CREATE UNIQUE INDEX "ftp_logins_name_index" ON "ftp_logins" USING btree ("name");--> statement-breakpoint
CREATE INDEX "ftp_logins_subscription_id_index" ON "ftp_logins" USING btree ("subscription_id");
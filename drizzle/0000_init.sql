CREATE TYPE "public"."account_kind" AS ENUM('admin', 'reseller', 'customer');--> statement-breakpoint
CREATE TYPE "public"."login_role" AS ENUM('owner', 'full', 'mail', 'read');--> statement-breakpoint
CREATE TYPE "public"."host_kind" AS ENUM('sandbox', 'ssh');--> statement-breakpoint
CREATE TYPE "public"."host_state" AS ENUM('new', 'enrolling', 'online', 'offline', 'key-changed', 'failed');--> statement-breakpoint
CREATE TYPE "public"."job_state" AS ENUM('waiting', 'running', 'parked', 'done', 'cancelled');--> statement-breakpoint
CREATE TYPE "public"."plan_kind" AS ENUM('service', 'add-on', 'reseller');--> statement-breakpoint
CREATE TYPE "public"."suspension_reason" AS ENUM('admin', 'reseller', 'customer', 'provider', 'expired', 'over limit');--> statement-breakpoint
CREATE SEQUENCE "public"."system_uids" INCREMENT BY 1 MINVALUE 65536 MAXVALUE 524287 START WITH 65536 CACHE 1;--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "accounts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" "account_kind" NOT NULL,
	"provider_id" bigint,
	"name" text NOT NULL,
	"company" text DEFAULT '' NOT NULL,
	"email" text NOT NULL,
	"phone" text DEFAULT '' NOT NULL,
	"street" text DEFAULT '' NOT NULL,
	"postcode" text DEFAULT '' NOT NULL,
	"city" text DEFAULT '' NOT NULL,
	"country" text DEFAULT '' NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"additional_information" text DEFAULT '' NOT NULL,
	"language" text,
	"time_zone" text,
	"accessibility" boolean DEFAULT false NOT NULL,
	"api_access" boolean DEFAULT false NOT NULL,
	"suspended" boolean DEFAULT false NOT NULL,
	"removing" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "logins" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "logins_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"name" text NOT NULL,
	"role" "login_role" DEFAULT 'owner' NOT NULL,
	"password_hash" text NOT NULL,
	"must_change_password" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_login_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"action" text NOT NULL,
	"actor_account_id" bigint,
	"actor_login_id" bigint,
	"actor_name" text NOT NULL,
	"subject_account_id" bigint,
	"account_id" bigint,
	"object_kind" text NOT NULL,
	"object_id" bigint,
	"object_name" text DEFAULT '' NOT NULL,
	"changes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"address" text
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"since" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sealed_secrets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"purpose" text NOT NULL,
	"object_id" bigint NOT NULL,
	"login_id" bigint,
	"sealed" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"login_id" bigint NOT NULL,
	"impersonator_login_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"address" text,
	"user_agent" text
);
--> statement-breakpoint
CREATE TABLE "submissions" (
	"id" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"location" text
);
--> statement-breakpoint
CREATE TABLE "hosts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "hosts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"kind" "host_kind" NOT NULL,
	"address" text DEFAULT '' NOT NULL,
	"port" integer DEFAULT 22 NOT NULL,
	"state" "host_state" DEFAULT 'new' NOT NULL,
	"state_since" timestamp with time zone DEFAULT now() NOT NULL,
	"state_reason" text DEFAULT '' NOT NULL,
	"state_detail" text DEFAULT '' NOT NULL,
	"host_key" text,
	"offered_key" text,
	"agent_version" text,
	"agent_outdated" boolean DEFAULT false NOT NULL,
	"facts" jsonb,
	"facts_at" timestamp with time zone,
	"open" boolean DEFAULT true NOT NULL,
	"job_limit" integer DEFAULT 50 NOT NULL,
	"retry_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "batches_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"account_id" bigint,
	"actor_name" text NOT NULL,
	"count" integer NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "finished_jobs" (
	"id" bigint PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"host_id" bigint,
	"place" bigint DEFAULT 0 NOT NULL,
	"priority" smallint DEFAULT 0 NOT NULL,
	"state" "job_state" DEFAULT 'waiting' NOT NULL,
	"run_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"crashes" smallint DEFAULT 0 NOT NULL,
	"max_attempts" smallint DEFAULT 12 NOT NULL,
	"locked_by" uuid,
	"lease_until" timestamp with time zone,
	"lease" integer DEFAULT 0 NOT NULL,
	"cancel_asked" boolean DEFAULT false NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"account_id" bigint,
	"subscription_id" bigint,
	"batch_id" bigint,
	"actor_name" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "job_runs" (
	"job_id" bigint NOT NULL,
	"run" integer NOT NULL,
	"runner" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone DEFAULT now() NOT NULL,
	"outcome" text NOT NULL,
	"error" text DEFAULT '' NOT NULL,
	CONSTRAINT "job_runs_job_id_run_pk" PRIMARY KEY("job_id","run")
);
--> statement-breakpoint
CREATE TABLE "job_steps" (
	"job_id" bigint NOT NULL,
	"run" integer NOT NULL,
	"number" integer NOT NULL,
	"name" text NOT NULL,
	"place" text NOT NULL,
	"milliseconds" integer NOT NULL,
	"exit_code" integer,
	"output" text DEFAULT '' NOT NULL,
	CONSTRAINT "job_steps_job_id_run_number_pk" PRIMARY KEY("job_id","run","number")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "jobs_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"payload" jsonb NOT NULL,
	"host_id" bigint,
	"place" bigint DEFAULT 0 NOT NULL,
	"priority" smallint DEFAULT 0 NOT NULL,
	"state" "job_state" DEFAULT 'waiting' NOT NULL,
	"run_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"crashes" smallint DEFAULT 0 NOT NULL,
	"max_attempts" smallint DEFAULT 12 NOT NULL,
	"locked_by" uuid,
	"lease_until" timestamp with time zone,
	"lease" integer DEFAULT 0 NOT NULL,
	"cancel_asked" boolean DEFAULT false NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"account_id" bigint,
	"subscription_id" bigint,
	"batch_id" bigint,
	"actor_name" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "schedule_runs" (
	"task" text PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plan_versions" (
	"plan_id" bigint NOT NULL,
	"version" integer NOT NULL,
	"name" text NOT NULL,
	"title" text NOT NULL,
	"values" jsonb NOT NULL,
	"author_name" text NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plan_versions_plan_id_version_pk" PRIMARY KEY("plan_id","version")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "plans_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"owner_id" bigint NOT NULL,
	"kind" "plan_kind" NOT NULL,
	"name" text NOT NULL,
	"title" text DEFAULT '' NOT NULL,
	"values" jsonb NOT NULL,
	"hidden" boolean DEFAULT false NOT NULL,
	"not_for_resellers" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "resellers" (
	"account_id" bigint PRIMARY KEY NOT NULL,
	"plan_id" bigint,
	"values" jsonb NOT NULL,
	"locked" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"account_id" bigint DEFAULT 0 NOT NULL,
	"name" text NOT NULL,
	"value" jsonb NOT NULL,
	CONSTRAINT "settings_account_id_name_pk" PRIMARY KEY("account_id","name")
);
--> statement-breakpoint
CREATE TABLE "conflicts" (
	"subscription_id" bigint NOT NULL,
	"property" text NOT NULL,
	"wanted" jsonb NOT NULL,
	"available" jsonb NOT NULL,
	"remedy" text NOT NULL,
	CONSTRAINT "conflicts_subscription_id_property_pk" PRIMARY KEY("subscription_id","property")
);
--> statement-breakpoint
CREATE TABLE "overrides" (
	"subscription_id" bigint NOT NULL,
	"property" text NOT NULL,
	"value" jsonb NOT NULL,
	"by_customer" boolean DEFAULT false NOT NULL,
	"author_name" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "overrides_subscription_id_property_pk" PRIMARY KEY("subscription_id","property")
);
--> statement-breakpoint
CREATE TABLE "subscription_add_ons" (
	"subscription_id" bigint NOT NULL,
	"plan_id" bigint NOT NULL,
	CONSTRAINT "subscription_add_ons_subscription_id_plan_id_pk" PRIMARY KEY("subscription_id","plan_id")
);
--> statement-breakpoint
CREATE TABLE "subscriptions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "subscriptions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint NOT NULL,
	"plan_id" bigint,
	"host_id" bigint NOT NULL,
	"domain" text NOT NULL,
	"system_user" text NOT NULL,
	"uid" integer NOT NULL,
	"password_hash" text NOT NULL,
	"values" jsonb NOT NULL,
	"locked" boolean DEFAULT false NOT NULL,
	"unsynced" boolean DEFAULT false NOT NULL,
	"suspended" boolean DEFAULT false NOT NULL,
	"expires_on" date,
	"removing" boolean DEFAULT false NOT NULL,
	"generation" integer DEFAULT 1 NOT NULL,
	"applied_generation" integer DEFAULT 0 NOT NULL,
	"applied_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "suspensions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "suspensions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account_id" bigint,
	"subscription_id" bigint,
	"reason" "suspension_reason" NOT NULL,
	"author_name" text NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_provider_id_accounts_id_fk" FOREIGN KEY ("provider_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "logins" ADD CONSTRAINT "logins_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_login_id_logins_id_fk" FOREIGN KEY ("login_id") REFERENCES "public"."logins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_impersonator_login_id_logins_id_fk" FOREIGN KEY ("impersonator_login_id") REFERENCES "public"."logins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_versions" ADD CONSTRAINT "plan_versions_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_owner_id_accounts_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resellers" ADD CONSTRAINT "resellers_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resellers" ADD CONSTRAINT "resellers_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conflicts" ADD CONSTRAINT "conflicts_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overrides" ADD CONSTRAINT "overrides_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_add_ons" ADD CONSTRAINT "subscription_add_ons_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscription_add_ons" ADD CONSTRAINT "subscription_add_ons_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_host_id_hosts_id_fk" FOREIGN KEY ("host_id") REFERENCES "public"."hosts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspensions" ADD CONSTRAINT "suspensions_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "suspensions" ADD CONSTRAINT "suspensions_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_provider_id_id_index" ON "accounts" USING btree ("provider_id","id");--> statement-breakpoint
CREATE INDEX "accounts_kind_id_index" ON "accounts" USING btree ("kind","id");--> statement-breakpoint
CREATE INDEX "accounts_by_name" ON "accounts" USING btree (lower("name"),"id");--> statement-breakpoint
CREATE UNIQUE INDEX "logins_name_index" ON "logins" USING btree ("name");--> statement-breakpoint
CREATE INDEX "logins_account_id_index" ON "logins" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "logins_one_owner" ON "logins" USING btree ("account_id") WHERE role = 'owner';--> statement-breakpoint
CREATE INDEX "audit_entries_account_id_id_index" ON "audit_entries" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_actor_account_id_id_index" ON "audit_entries" USING btree ("actor_account_id","id");--> statement-breakpoint
CREATE INDEX "audit_entries_object_kind_object_id_id_index" ON "audit_entries" USING btree ("object_kind","object_id","id");--> statement-breakpoint
CREATE INDEX "sealed_secrets_purpose_object_id_index" ON "sealed_secrets" USING btree ("purpose","object_id");--> statement-breakpoint
CREATE INDEX "sealed_secrets_expires_at_index" ON "sealed_secrets" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "sessions_login_id_index" ON "sessions" USING btree ("login_id");--> statement-breakpoint
CREATE INDEX "sessions_expires_at_index" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "submissions_created_at_index" ON "submissions" USING btree ("created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "hosts_name_index" ON "hosts" USING btree ("name");--> statement-breakpoint
CREATE INDEX "batches_account_id_id_index" ON "batches" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "finished_jobs_of_subscription" ON "finished_jobs" USING btree ("subscription_id","id") WHERE subscription_id is not null;--> statement-breakpoint
CREATE INDEX "finished_jobs_of_account" ON "finished_jobs" USING btree ("account_id","id") WHERE account_id is not null;--> statement-breakpoint
CREATE INDEX "finished_jobs_of_batch" ON "finished_jobs" USING btree ("batch_id") WHERE batch_id is not null;--> statement-breakpoint
CREATE INDEX "finished_jobs_of_host" ON "finished_jobs" USING btree ("host_id","id") WHERE subscription_id is null and host_id is not null;--> statement-breakpoint
CREATE INDEX "finished_jobs_by_time" ON "finished_jobs" USING brin ("finished_at");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_one_waiting" ON "jobs" USING btree ("kind","key") WHERE state in ('waiting', 'parked');--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_one_running" ON "jobs" USING btree ("kind","key") WHERE state = 'running';--> statement-breakpoint
CREATE INDEX "jobs_ready" ON "jobs" USING btree ("place","kind","priority","run_at","id") WHERE state = 'waiting';--> statement-breakpoint
CREATE INDEX "jobs_of_batch" ON "jobs" USING btree ("batch_id") WHERE batch_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "plans_owner_name" ON "plans" USING btree ("owner_id",lower("name"));--> statement-breakpoint
CREATE INDEX "plans_owner_id_kind_id_index" ON "plans" USING btree ("owner_id","kind","id");--> statement-breakpoint
CREATE INDEX "resellers_plan_id_index" ON "resellers" USING btree ("plan_id");--> statement-breakpoint
CREATE INDEX "conflicts_property_subscription_id_index" ON "conflicts" USING btree ("property","subscription_id");--> statement-breakpoint
CREATE INDEX "subscription_add_ons_plan_id_index" ON "subscription_add_ons" USING btree ("plan_id");--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_system_user_index" ON "subscriptions" USING btree ("system_user");--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_uid_index" ON "subscriptions" USING btree ("uid");--> statement-breakpoint
CREATE UNIQUE INDEX "subscriptions_domain_index" ON "subscriptions" USING btree ("domain");--> statement-breakpoint
CREATE INDEX "subscriptions_account_id_id_index" ON "subscriptions" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "subscriptions_plan_id_id_index" ON "subscriptions" USING btree ("plan_id","id");--> statement-breakpoint
CREATE INDEX "subscriptions_host_id_id_index" ON "subscriptions" USING btree ("host_id","id");--> statement-breakpoint
CREATE INDEX "subscriptions_expiring" ON "subscriptions" USING btree ("expires_on") WHERE expires_on is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "suspensions_of_account" ON "suspensions" USING btree ("account_id","reason") WHERE account_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "suspensions_of_subscription" ON "suspensions" USING btree ("subscription_id","reason") WHERE subscription_id is not null;
CREATE TABLE "batch_items" (
	"batch_id" bigint NOT NULL,
	"object_id" bigint NOT NULL,
	"name" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"words" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"former" jsonb,
	"undone_at" timestamp with time zone,
	CONSTRAINT "batch_items_batch_id_object_id_pk" PRIMARY KEY("batch_id","object_id")
);
--> statement-breakpoint
CREATE TABLE "batch_targets" (
	"batch_id" bigint NOT NULL,
	"subscription_id" bigint NOT NULL,
	"object_id" bigint NOT NULL,
	"generation" integer NOT NULL,
	CONSTRAINT "batch_targets_batch_id_subscription_id_pk" PRIMARY KEY("batch_id","subscription_id")
);
--> statement-breakpoint
CREATE TABLE "selections" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "selections_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"login_id" bigint NOT NULL,
	"of" text NOT NULL,
	"ids" bigint[] NOT NULL,
	"missing" integer NOT NULL,
	"batch_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "trashed_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "of" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "undoes" bigint;--> statement-breakpoint
ALTER TABLE "subscriptions" ADD COLUMN "trashed_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "batch_items" ADD CONSTRAINT "batch_items_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batch_targets" ADD CONSTRAINT "batch_targets_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "selections" ADD CONSTRAINT "selections_login_id_logins_id_fk" FOREIGN KEY ("login_id") REFERENCES "public"."logins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "selections" ADD CONSTRAINT "selections_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "batch_targets_batch_id_object_id_index" ON "batch_targets" USING btree ("batch_id","object_id");--> statement-breakpoint
CREATE INDEX "selections_login_id_index" ON "selections" USING btree ("login_id");--> statement-breakpoint
CREATE INDEX "selections_created_at_index" ON "selections" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "accounts_in_trash" ON "accounts" USING btree ("trashed_until") WHERE trashed_until is not null;--> statement-breakpoint
CREATE INDEX "subscriptions_in_trash" ON "subscriptions" USING btree ("trashed_until") WHERE trashed_until is not null;
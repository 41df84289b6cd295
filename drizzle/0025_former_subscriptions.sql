CREATE TABLE "former_subscriptions" (
	"batch_id" bigint NOT NULL,
	"subscription_id" bigint NOT NULL,
	"object_id" bigint NOT NULL,
	"plan_id" bigint,
	"locked" boolean NOT NULL,
	"values" jsonb,
	"add_ons" bigint[] NOT NULL,
	"overrides" jsonb NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "former_subscriptions_batch_id_subscription_id_pk" PRIMARY KEY("batch_id","subscription_id")
);
--> statement-breakpoint
ALTER TABLE "former_subscriptions" ADD CONSTRAINT "former_subscriptions_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "former_subscriptions_batch_id_object_id_index" ON "former_subscriptions" USING btree ("batch_id","object_id");
ALTER TABLE "batch_targets" RENAME TO "single_batch_targets";--> statement-breakpoint
CREATE TABLE "batch_targets" (
	"batch_id" bigint PRIMARY KEY NOT NULL,
	"subscription_ids" bigint[] NOT NULL,
	"object_ids" bigint[] NOT NULL,
	"generations" integer[] NOT NULL
);
--> statement-breakpoint
-- To compress ten thousand numbers takes longer than all else of the row.
alter table batch_targets alter subscription_ids set storage external,
  alter object_ids set storage external, alter generations set storage external;
--> statement-breakpoint
insert into batch_targets (batch_id, subscription_ids, object_ids, generations)
select batch_id, array_agg(subscription_id), array_agg(object_id), array_agg(generation)
from single_batch_targets group by batch_id;--> statement-breakpoint
DROP TABLE "single_batch_targets";--> statement-breakpoint
ALTER TABLE "batch_targets" ADD CONSTRAINT "batch_targets_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batch_items" DROP CONSTRAINT "batch_items_batch_id_batches_id_fk";--> statement-breakpoint
ALTER TABLE "former_subscriptions" DROP CONSTRAINT "former_subscriptions_batch_id_batches_id_fk";--> statement-breakpoint
DROP INDEX "former_subscriptions_batch_id_object_id_index";

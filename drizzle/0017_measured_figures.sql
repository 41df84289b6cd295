CREATE TABLE "measured" (
	"subscription_id" bigint PRIMARY KEY NOT NULL,
	"disk" bigint NOT NULL,
	"traffic" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "measured" ADD CONSTRAINT "measured_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;
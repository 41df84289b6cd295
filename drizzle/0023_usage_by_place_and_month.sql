CREATE TABLE "usage_months" (
	"subscription_id" bigint NOT NULL,
	"month" text NOT NULL,
	"web" bigint NOT NULL,
	"ftp" bigint NOT NULL,
	"mail" bigint NOT NULL,
	"allowed" bigint,
	"counter" text NOT NULL,
	"web_before" bigint DEFAULT 0 NOT NULL,
	"ftp_before" bigint DEFAULT 0 NOT NULL,
	"mail_before" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_months_subscription_id_month_pk" PRIMARY KEY("subscription_id","month")
);
--> statement-breakpoint
ALTER TABLE "measured" ALTER COLUMN "traffic" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "bytes" bigint;--> statement-breakpoint
ALTER TABLE "mailboxes" ADD COLUMN "measured_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "measured" ADD COLUMN "home" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "measured" ADD COLUMN "web" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "measured" ADD COLUMN "mail" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "measured" ADD COLUMN "databases" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "usage_months" ADD CONSTRAINT "usage_months_subscription_id_subscriptions_id_fk" FOREIGN KEY ("subscription_id") REFERENCES "public"."subscriptions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "usage_months_month_subscription_id_index" ON "usage_months" USING btree ("month","subscription_id");--> statement-breakpoint
CREATE INDEX "measured_disk_subscription_id_index" ON "measured" USING btree ("disk","subscription_id");
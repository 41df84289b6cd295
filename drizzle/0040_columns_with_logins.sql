-- Every page of a list asks which columns its reader wants: it is read with who the reader is.
ALTER TABLE "logins" ADD COLUMN "columns" jsonb DEFAULT '{}'::jsonb NOT NULL;
--> statement-breakpoint
UPDATE "logins" SET "columns" = "chosen"."columns" FROM (
  SELECT "login_id", jsonb_object_agg("list", to_jsonb("columns")) AS "columns" FROM "chosen_columns" GROUP BY "login_id"
) AS "chosen" WHERE "chosen"."login_id" = "logins"."id";
--> statement-breakpoint
DROP TABLE "chosen_columns";

-- What is stored from before these properties: as a new plan would have them, and resellers may sell it all.
update plans set "values" = '{"phpMemory": 134217728, "phpUpload": 33554432, "phpDisplayErrors": false}'::jsonb || "values" where kind = 'service';
--> statement-breakpoint
update plans set "values" = '{"phpMemory": 0, "phpUpload": 0, "phpDisplayErrors": false}'::jsonb || "values" where kind = 'add-on';
--> statement-breakpoint
update plans set "values" = '{"phpMemory": 4294967296, "phpUpload": 4294967296, "phpDisplayErrors": true}'::jsonb || "values" where kind = 'reseller';
--> statement-breakpoint
update resellers set "values" = '{"phpMemory": 4294967296, "phpUpload": 4294967296, "phpDisplayErrors": true}'::jsonb || "values";
--> statement-breakpoint
update subscriptions set "values" = '{"phpMemory": 134217728, "phpUpload": 33554432, "phpDisplayErrors": false}'::jsonb || "values";
